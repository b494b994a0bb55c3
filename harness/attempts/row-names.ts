import { joined, sql } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { RowName, RowNames } from './row-set.ts';
import type { Column } from './table-shape.ts';

/** How the rows of a table with these columns are named. */
export function rowNamesOf(columns: readonly Column[], isView: boolean): RowNames {
  const primary = columns.filter(({ in_primary_key: isPart }) => isPart === true);
  const key = keyColumns(columns, primary);
  const named = key.length === 0 ? undefined : byColumns(key);
  if (isView) {
    return { place: { columns: [], of: (row) => sql`pg_catalog.md5(row(${row}.*)::text)` }, key: named };
  }
  const isNamedAlike = primary.length > 0 && primary.every(isSameForAll);
  return { place: isNamedAlike ? byValues(primary) : byPlace, key: named ?? place };
}

const byPlace: RowName = { columns: ['ctid'], of: (row) => sql`${row}.tableoid::text || ${row}.ctid::text` };
const place: RowName = { columns: ['ctid'], of: (row) => sql`'ctid=' || ${row}.ctid::text` };

/** The primary key, otherwise the shortest unique key that covers all rows, otherwise all columns. */
function keyColumns(columns: readonly Column[], primary: readonly Column[]): readonly Column[] {
  const shortest = (keysOf: (column: Column) => readonly string[]) => {
    const [key] = [...new Set(columns.flatMap(keysOf))].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
    return key === undefined ? [] : columns.filter((column) => keysOf(column).includes(key));
  };
  const [whole, any] = [shortest(({ arbiters = [] }) => arbiters), shortest((column) => column.unique_keys)];
  return primary.length > 0 ? primary : whole.length > 0 ? whole : any;
}

/** Names rows by what their columns hold. */
export function byValues(columns: readonly Column[]): RowName {
  return {
    columns: columns.map(({ name }) => name),
    of: (row) => {
      const values = columns.map(({ name }) => sql`${row}.${quoteIdentifier(name)}::text`);
      // Concatenated, the values of two rows could read the same.
      return values.length === 1 ? values[0]! : sql`pg_catalog.json_build_array(${joined(values)})::text`;
    },
  };
}

/** Names rows by columns and values, for a person. */
export function byColumns(columns: readonly Column[]): RowName {
  return {
    columns: columns.map(({ name }) => name),
    of: (row) => {
      const values = columns.map(
        ({ name }) => sql`${quoteLiteral(`${name}=`)} || ${row}.${quoteIdentifier(name)}::text`,
      );
      return sql`pg_catalog.concat_ws(', ', ${joined(values)})`;
    },
  };
}

const sameForAll = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'text',
  'character varying',
  'character',
  'uuid',
  'boolean',
]);

/** Whether a value reads the same in every session, whatever its settings: of a time or a float it does not. */
export function isSameForAll({ type, base_type: base = type, category }: Column): boolean {
  return category === 'E' || sameForAll.has(base.replace(/\(.*\)$/, ''));
}
