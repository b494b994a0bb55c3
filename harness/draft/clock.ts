import { verbatim, type RawName, type SqlText } from '../common/sql.ts';
import { columnsIn } from './check-columns.ts';
import type { SeedColumn, TableColumns } from './tables.ts';

/** What reads the clock, as the server prints it. Literals are matched first, to be left alone. */
const clock =
  /'(?:[^']|'')*'|\b(?:CURRENT_DATE|(?:CURRENT_TIMESTAMP|LOCALTIMESTAMP)(?:\(\d\))?|(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\))/g;

/** Whether a condition or an expression reads the clock. */
export function readsClock(expression: string): boolean {
  return later(expression) !== expression;
}

/** A condition that holds today and still holds decades later; the same if it does not read the clock. */
export function lasting(condition: SqlText): SqlText {
  return readsClock(condition) ? verbatim(`(${condition}) and (${later(condition)})`) : condition;
}

/** A date that is computed by the day has no years to add. */
function later(expression: string): string {
  return expression.replaceAll(clock, (word) =>
    word.startsWith("'") ? word : `(${word} + ${word === 'CURRENT_DATE' ? '10957' : "'30 years'::interval"})`,
  );
}

/**
 * Columns whose default is the time, and on which a CHECK, a partition, an index or a generated column depends: a row that leaves
 * them to the default fits today and may not fit tomorrow.
 */
export function clockColumns(table: TableColumns): Set<RawName> {
  const { columns, checks, partitionCondition, indexes = [] } = table;
  const timed = columns.filter(({ has_default, generated, expression }) => has_default && !generated && readsClock(expression ?? '')); // prettier-ignore
  const computed = columns.filter(({ generated }) => generated).map(({ expression }) => expression ?? '');
  const asked = [...checks.map(({ definition }) => definition), partitionCondition ?? '', ...computed, ...indexes];
  const about = new Set(timed.length === 0 ? [] : asked.flatMap((one) => columnsIn(verbatim(one), columns)));
  return new Set(
    timed.filter((column) => about.has(column) || column.domain_checks.length > 0).map(({ name }) => name),
  );
}

/** The same early time for each column of a time: what a condition compares with it mostly comes later. */
export function timeIn({ base, category }: SeedColumn): string | undefined {
  return category === 'D' ? (base === 'date' ? '2026-01-01' : '2026-01-01 09:00') : undefined;
}
