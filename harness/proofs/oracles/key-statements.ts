import type { TableShape } from '../../attempts/table-shape.ts';
import type { ColumnTenancy } from '../../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { OracleKey } from './keys.ts';

/** An INSERT with these literals in the columns of a key. */
export type InsertOf = (literals: readonly string[]) => string;

/** A row of the own tenant with these values in the key: every other unique key gets a fresh one. `whole`: also what the server would fill. */
export function insertOf(key: OracleKey, shape: TableShape, { column, own }: ColumnTenancy, whole = false): InsertOf {
  const row = new Map<string, string>();
  for (const { name, type, filled_by_server, generated, unique_keys } of shape.columns) {
    const value = name === column ? `${quoteLiteral(own)}::${type}` : (shape.fresh[name] ?? shape.row[name]);
    const isCopied = !filled_by_server || shape.fresh[name] !== undefined;
    if (value !== undefined && (isCopied || (whole && !generated && unique_keys.length === 0))) {
      row.set(name, value);
    }
  }
  return (literals) => {
    const values = new Map(row);
    key.own_columns.forEach((name, index) => values.set(name, literals[index]!));
    return `insert into ${key.table} (${[...values.keys()].map(quoteIdentifier).join(', ')}) overriding system value values (${[...values.values()].join(', ')})`;
  };
}

/** One row the session sees is given these values. */
export function updateOf({ table, own_columns: columns }: OracleKey, literals: readonly string[]): string {
  const set = columns.map((name, index) => `${quoteIdentifier(name)} = ${literals[index]!}`).join(', ');
  return `update ${table} set ${set} where ctid = (select ctid from ${table} limit 1)`;
}
