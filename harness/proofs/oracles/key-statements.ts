import { joined, sql, type RawName, type SqlText } from '../../common/sql.ts';
import type { TableShape } from '../../attempts/table-shape.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import type { OracleKey } from './keys.ts';

/** An INSERT with these literals in the columns of a key. */
export type InsertOf = (literals: readonly SqlText[]) => SqlText;

/**
 * A row of the own tenant with these values in the key and fresh values in every other unique key. `whole`: also with values that
 * the server would fill in.
 */
export function insertOf(key: OracleKey, shape: TableShape, whole = false): InsertOf {
  const row = new Map<RawName, SqlText>();
  for (const { name, filled_by_server, generated, unique_keys } of shape.columns) {
    const value = shape.fresh[name] ?? shape.row[name];
    const isCopied = !filled_by_server || shape.fresh[name] !== undefined;
    if (value !== undefined && (isCopied || (whole && !generated && unique_keys.length === 0))) {
      row.set(name, value);
    }
  }
  return (literals) => {
    const values = new Map(row);
    key.own_columns.forEach((name, index) => values.set(name, literals[index]!));
    const names = joined([...values.keys()].map(quoteIdentifier));
    return sql`insert into ${key.table} (${names}) overriding system value values (${joined([...values.values()])})`;
  };
}

/** An UPDATE that gives these values to one row that the session sees and may change. */
export function updateOf({ table, own_columns: columns }: OracleKey, literals: readonly SqlText[]): SqlText {
  const set = joined(columns.map((name, index) => sql`${quoteIdentifier(name)} = ${literals[index]!}`));
  return sql`update ${table} set ${set} where ctid = (select ctid from ${table} limit 1 for update)`;
}
