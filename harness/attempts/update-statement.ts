import { sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { columnOf, isValue } from './is-value.ts';
import { plain, type Statement, type StatementTenant } from './insert-statement.ts';
import type { Column, TableShape } from './table-shape.ts';

/** An UPDATE of the column that needs least. It sets a constant: `set c = c` would need SELECT on c as well. */
export function updateStatement(
  table: SqlName,
  shape: TableShape | undefined,
  tenantColumn: RawName | undefined,
  only: readonly RawName[] | undefined,
): Statement {
  const column = settableOf(shape, tenantColumn, only);
  const set = (name: RawName, value: SqlText) =>
    sql`update ${table === '' ? '' : sql`${table} `}set ${quoteIdentifier(name)} = ${value}`;
  return column === undefined
    ? plain(set(only?.[0] ?? shape?.columns[0]?.name ?? 'id', 'default'))
    : { sql: set(column.name, shape?.row[column.name] ?? 'default'), shown: set(column.name, '…') };
}

/**
 * The column to set. A key can hold a constant only once; a reference can keep its value. The tenant's column is the last choice.
 */
export function settableOf(
  shape: TableShape | undefined,
  tenantColumn: RawName | undefined,
  only?: readonly RawName[],
): Column | undefined {
  const kept = shape?.kept ?? [tenantColumn];
  const cost = ({ name, unique_keys, refers }: Column) =>
    (kept.includes(name) ? 4 : 0) + (unique_keys.length > 0 ? 2 : 0) + (refers ? 1 : 0);
  return shape?.columns
    .filter(({ name, generated }) => !generated && (only?.includes(name) ?? true))
    .toSorted((a, b) => cost(a) - cost(b))[0];
}

/** Rows that move may collide with rows of the other tenant, so the control sets the tenant that each row already has. */
export function rehomeStatement(
  table: SqlName,
  shape: TableShape | undefined,
  { column, text, own = text, target = text }: StatementTenant,
): Statement {
  const name = quoteIdentifier(column);
  return {
    sql: sql`update ${table} set ${name} = ${quoteLiteral(target)}`,
    // Nobody else should learn a tenant's value.
    shown: sql`update ${table} set ${name} = …`,
    control: sql`update ${table} set ${name} = ${quoteLiteral(own)} where ${isValue(name, columnOf(shape, column), own)}`,
  };
}
