import { joined, sql, verbatim, type RawName, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { Row as Answer, Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import { columnsIn } from './check-columns.ts';
import { lasting } from './clock.ts';
import { choiceOf, type Relation } from './seed-search.ts';
import { candidates, seedText } from './seed-values.ts';
import { variants } from './seed-variants.ts';
import type { SeedColumn, TableColumns } from './tables.ts';

/** The value of a column in a row: a text of its type, NULL, or undefined for its default. */
export type SeedValue = string | null | undefined;

/** A row that a CHECK refused, and what in it may change. */
export interface RefusedRow {
  table: TableColumns;
  row: ReadonlyMap<RawName, SeedValue>;
  /** Columns whose value is not free, with the other values that each may have. */
  bound: ReadonlyMap<RawName, readonly SeedValue[]>;
  /** Combinations of values that the server refused for a key. */
  refused: readonly ReadonlyMap<RawName, SeedValue>[];
  /** Columns that may not be left to their default. */
  told: ReadonlySet<RawName>;
  /** Whether the row must fit in years to come, too. */
  lasts: boolean;
}

/** How many values of a column are tried, and how many rows are tried in one condition. */
const mostValues = 24;
const mostRows = 20_000;

interface Offer {
  column: SeedColumn;
  values: SeedValue[];
}

/**
 * Finds the changes with which the CHECKs of a row's table, domains and partition accept it. It evaluates each condition on the
 * server for a limited number of values. Undefined if no fitting row was found. Runs in a transaction.
 */
export async function fittingRow(
  session: Session,
  { table, row, bound, refused, told, lasts }: RefusedRow,
): Promise<Map<RawName, SeedValue> | undefined> {
  const conditions = [...table.checks.map(({ definition }) => definition), table.partitionCondition ?? 'true']
    .map((text) => ({ text: verbatim(text), about: columnsIn(text, table.columns) }))
    .map((one) => ({ ...one, condition: lasts ? lasting(one.text) : one.text }))
    .map((one) => ({ ...one, free: one.about.filter(({ generated }) => !generated) }));
  const offers: Offer[] = [];
  const mayLeave = (column: SeedColumn) => (told.has(column.name) ? { ...column, has_default: false } : column);
  // The last first, which stay as they are: of columns of which one must be filled, the last often says that the row is gone.
  for (const column of table.columns.filter(({ generated }) => !generated).toReversed()) {
    const own = conditions.filter(({ free }) => free.includes(column));
    if (own.length > 0 || column.domain_checks.length > 0) {
      const asked = [...own.map(({ text }) => text), ...column.domain_checks];
      const given = await valuesOf(mayLeave(column), asked, row.get(column.name), bound.get(column.name));
      const alone = own.filter(({ free }) => free.length === 1);
      const taken = await takenOf(session, table, { column, values: given }, alone);
      const most = Math.min(mostValues, ...own.map(({ free }) => Math.floor(mostRows ** (1 / free.length))));
      offers.push({ column, values: taken.slice(0, Math.max(most, 2)) });
    }
  }
  const relations: Relation[] = [];
  for (const condition of conditions.filter(({ free }) => free.length > 1 && 2 ** free.length <= mostRows)) {
    const variables = condition.free.map((column) => offers.findIndex((offer) => offer.column === column));
    const together = await answered(session, asking(table, variables.map((at) => offers[at]!), [condition])); // prettier-ignore
    if (together !== undefined) {
      relations.push({ variables, together: together.map((one) => variables.map((_, at) => Number(one[`at_${at}`]))) });
    }
  }
  const places = (values: ReadonlyMap<RawName, SeedValue>) =>
    [...values].map(([name, value]): [number, number] => {
      const at = offers.findIndex(({ column }) => column.name === name);
      return [at, offers[at]?.values.indexOf(value) ?? -1];
    });
  // What is not offered stays as it is: a combination with another value there is not the one that was refused.
  const isOffered = (name: RawName) => offers.some(({ column }) => column.name === name);
  const again = refused
    .filter((values) => [...values].every(([name, value]) => isOffered(name) || row.get(name) === value))
    .map((values) => new Map([...values].filter(([name]) => isOffered(name))))
    .filter(({ size }) => size > 0);
  const chosen = choiceOf(
    offers.map(({ values }) => values.length),
    relations,
    again.map((values) => new Map(places(values))),
  );
  const values = chosen?.map((place, at) => [offers[at]!.column.name, offers[at]!.values[place]] as const);
  return values && new Map(values.filter(([name, value]) => row.get(name) !== value));
}

/** Values that may fit a column, beginning with its current one. */
async function valuesOf(
  column: SeedColumn,
  asked: readonly string[],
  now: SeedValue,
  bound: readonly SeedValue[] | undefined,
): Promise<SeedValue[]> {
  if (bound !== undefined) {
    return [now, ...bound];
  }
  const absent = [...(column.has_default || column.identity ? [undefined] : []), ...(column.required ? [] : [null])];
  const other = [...(await candidates(asked, column)), ...variants(column, asked)];
  return [now, ...absent, ...(now == null ? [seedText(column, column.name)] : []), ...other].filter(
    (value, at, all) => all.indexOf(value) === at && (value !== undefined || absent.includes(undefined)),
  );
}

/** Those of the values that the type of a column and the conditions on it alone accept. A text is as the type prints it. */
async function takenOf(
  session: Session,
  table: TableColumns,
  { column, values }: Offer,
  alone: readonly Condition[],
): Promise<SeedValue[]> {
  const ask = (some: SeedValue[]) => answered(session, asking(table, [{ column, values: some }], alone));
  const all = await ask(values);
  const rows: { value: SeedValue; text: unknown }[] = [];
  // If the type refuses one of the values, the server says only that. Then each value is tried alone.
  for (const [at, value] of values.entries()) {
    const answer = all === undefined ? (await ask([value]))?.[0] : all.find((one) => one['at_0'] === at);
    if (answer !== undefined) {
      rows.push({ value, text: answer['text_0'] });
    }
  }
  const taken = rows.map(({ value, text }, at) => (at > 0 && typeof value === 'string' ? (text as string) : value));
  return [...new Set(taken)];
}

interface Condition {
  condition: SqlText;
  about: readonly SeedColumn[];
}

/** A query for values that together pass the conditions: their indexes, and each value as a text. */
function asking({ columns }: TableColumns, offers: readonly Offer[], conditions: readonly Condition[]): SqlText {
  const lists = offers.map(({ column, values }, at) => {
    const rows = values.map((value, place) => sql`(${place}, ${typed(column, value)})`);
    return sql`(values ${joined(rows)}) as list_${at} (at_${at}, ${column.quoted})`;
  });
  const generated = columns.filter(
    (column) => column.generated && conditions.some(({ about }) => about.includes(column)),
  );
  const made = generated.map(
    ({ expression, type, quoted }) => sql`(${verbatim(expression ?? 'null')})::${verbatim(type)} as ${quoted}`,
  );
  const asked = offers.map(({ column }, at) => sql`at_${at}, ${column.quoted}::text as text_${at}`);
  const where = conditions.map(({ condition }) => sql`(${condition}) is not false`);
  return sql`select ${joined(asked)} from ${joined(lists)}
    ${made.length === 0 ? sql`` : sql`cross join lateral (select ${joined(made)}) as made`}
    where ${where.length === 0 ? sql`true` : joined(where, ' and ')}`;
}

/** A value as SQL accepts it. */
export function literal(value: SeedValue): SqlText {
  return value == null ? sql`null` : quoteLiteral(value);
}

/** A value as an expression of its column's type; without a value, the default. */
function typed({ type, expression }: SeedColumn, value: SeedValue): SqlText {
  const given = value === undefined ? (expression ?? 'null') : literal(value);
  return sql`(${verbatim(given)})::${verbatim(type)}`;
}

/** The server's answer; undefined if it refuses. */
async function answered(session: Session, question: SqlText): Promise<Answer[] | undefined> {
  await session.script(sql`savepoint question`);
  try {
    const rows = await session.query(question);
    await session.script(sql`release savepoint question`);
    return rows;
  } catch (error) {
    await session.script(sql`rollback to savepoint question`);
    if (serverError(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}
