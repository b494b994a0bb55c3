import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { UsableColumns } from './column-grants.ts';
import { insertStatement, type Statement, type StatementTenant } from './insert-statement.ts';
import type { Column, TableShape } from './table-shape.ts';
import { settableOf } from './update-statement.ts';

/** An INSERT of the existing row, so that it is updated: in every context a row of `own`. */
export function upsertStatement(
  table: SqlName,
  shape: TableShape,
  tenant: StatementTenant | undefined,
  { INSERT: insertable, SELECT: readable, UPDATE: settable }: UsableColumns,
): Statement {
  const mayName = ({ name }: Column) => (insertable?.includes(name) ?? true) && (readable?.includes(name) ?? true);
  const arbiter = arbiterOf(shape, mayName) ?? [];
  const names = joined(arbiter.map(({ name }) => quoteIdentifier(name)));
  const column = settableOf(shape, tenant?.column, settable) ?? settableOf(shape, tenant?.column)!;
  const tail = (value: SqlText) =>
    sql` on conflict (${names}) do update set ${quoteIdentifier(column.name)} = ${value}`;
  const asItIs = new Set(arbiter.map(({ name }) => name));
  return insertStatement(
    table,
    shape,
    tenant === undefined ? undefined : { column: tenant.column, text: tenant.own ?? tenant.text },
    {
      tail: tail(shape.row[column.name] ?? 'default'),
      shownTail: tail('…'),
      asItIs,
      // Without the key, the statement does not name an existing row.
      only: insertable === undefined ? undefined : [...insertable, ...asItIs],
    },
  );
}

/** The columns of the unique key that ON CONFLICT can name and that needs least, preferably one that the login may name. */
export function arbiterOf(
  shape: TableShape | undefined,
  mayName: (column: Column) => boolean = () => true,
): Column[] | undefined {
  const columns = shape?.columns ?? [];
  const keys = [...new Set(columns.flatMap(({ arbiters = [] }) => arbiters))].map((key) =>
    columns.filter(({ arbiters = [] }) => arbiters.includes(key)),
  );
  const stored = ({ generated, from_sequence }: Column) => generated && from_sequence !== true;
  const cost = (key: readonly Column[]) => filled(key) + (key.every(mayName) ? 0 : columns.length);
  return keys.filter((key) => !key.some(stored)).toSorted((a, b) => cost(a) - cost(b))[0];
}

function filled(key: readonly Column[]): number {
  return key.filter(({ filled_by_server }) => filled_by_server).length;
}
