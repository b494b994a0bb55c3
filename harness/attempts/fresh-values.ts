import { emptyRecord } from '../common/records.ts';
import { sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Tenants } from '../contract/sessions.ts';
import type { Asking } from './ask-all.ts';
import { askFurthest } from './ask-by-hand.ts';
import type { Column } from './table-shape.ts';

/** A table whose copied row must differ in some columns. */
interface Wanted {
  table: SqlName;
  columns: readonly Column[];
  /** Columns that say whose a row is. */
  kept: readonly RawName[];
}

/**
 * For each table, by column, values that no unique key holds yet: one column for each key that the server does not fill itself.
 * With `keepSequences`, also one for each column that a sequence would fill.
 */
export async function readFreshValues(
  asking: Asking,
  tables: readonly Wanted[],
  { keepSequences, tenants }: { keepSequences: boolean; tenants: Tenants | undefined },
): Promise<Map<string, Record<string, string>>> {
  let open = tables.flatMap(({ table, columns, kept }) =>
    columnsToDiffer(columns, kept, keepSequences).map((column) => ({
      table,
      column,
      expressions: freshExpressions(table, column),
    })),
  );
  const found = new Map(tables.map(({ table }) => [table, emptyRecord()]));
  // Takes the first value that the type accepts. A type without a next value, such as `time`, gets none: the row is copied as it
  // is.
  for (let turn = 0; open.length > 0; turn += 1) {
    open = open.filter(({ expressions }) => turn < expressions.length);
    const values = await askFurthest(
      asking,
      tenants,
      open.map(({ table, expressions }) => ({ table, query: expressions[turn]! })),
    );
    open = open.filter(({ table, column }, index) => {
      const value = values[index];
      if (value != null) {
        found.get(table)![column.name] = value;
      }
      return value == null;
    });
  }
  return found;
}

function columnsToDiffer(
  columns: readonly Column[],
  kept: readonly RawName[],
  keepSequences: boolean,
): readonly Column[] {
  const keys = [...new Set(columns.flatMap(({ unique_keys }) => unique_keys))].toSorted();
  const chosen = new Map<string, Column>();
  for (const key of keys) {
    const members = columns.filter(({ unique_keys }) => unique_keys.includes(key));
    const differs = ({ filled_by_server, constant_default = false, name }: Column) =>
      (filled_by_server && !constant_default) || chosen.has(name);
    if (members.some(differs)) {
      continue;
    }
    const column = members.find(
      ({ name, refers, category }) => !refers && !kept.includes(name) && 'SNDU'.includes(category),
    );
    if (column !== undefined) {
      chosen.set(column.name, column);
    }
  }
  for (const column of columns.filter(({ from_sequence }) => keepSequences && from_sequence === true)) {
    chosen.set(column.name, column);
  }
  return [...chosen.values()];
}

/** Queries for a value as text, cast there and back, so that a domain is checked. */
function freshExpressions(table: SqlName, { name, type, base_type = type, category }: Column): SqlText[] {
  const column = quoteIdentifier(name);
  const cast = (expression: SqlText) => sql`select (${expression})::text::${type}::text`;
  const ofRows = (expression: SqlText) => sql`${cast(expression)} from ${table}`;
  if (base_type === 'uuid') {
    return [cast(sql`'ffffffff-ffff-4fff-8fff-ffffffffffff'::uuid`)];
  }
  if (category === 'N') {
    return [ofRows(sql`coalesce(max(${column}), 0) + 1`)];
  }
  if (category === 'D') {
    return [
      ofRows(
        base_type === 'date'
          ? sql`coalesce(max(${column}), date '2000-01-01') + 1`
          : sql`coalesce(max(${column}), timestamp '2000-01-01') + interval '1 day'`,
      ),
    ];
  }
  // A domain or a CHECK may accept only values that look like the existing ones. If all end in a number, such as R-101, the next
  // number is taken.
  const digits = sql`substring(${column}::text from '[0-9]{1,15}$')`;
  const next = sql`(max(${digits}::numeric) + 1)::text`;
  const counted = sql`case when bool_and(${digits} is not null) then (array_agg(regexp_replace(${column}::text, '[0-9]{1,15}$', '') order by ${digits}::numeric desc))[1] || lpad(${next}, greatest(max(length(${digits})), length(${next})), '0') end`;
  return [
    ofRows(counted),
    ofRows(sql`'rolecall-' || count(*)`),
    ofRows(sql`max(${column}) || '0'`),
    ofRows(sql`(max(${column})::numeric + 1)`),
  ];
}
