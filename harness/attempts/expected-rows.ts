import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { setKey, type RowSets } from './row-set.ts';
import type { ContextRecord } from './session-parts.ts';
import type { TableShape } from './table-shape.ts';

/** The rows that a statement may reach: how many they are, and what finds others. */
export interface ExpectedRows {
  own: number;
  /** Whether each of them must be seen. */
  exact: boolean;
  /** A query for rows that are seen and are not among them; undefined where they are too many to be listed. */
  foreign: string | undefined;
}

/** Who asks for rows, and by what. */
export interface Reader {
  table: string;
  identity: string;
  /** Whether rows are read, and those that are open may be. */
  reads: boolean;
  /** `for update` where rows are locked: what may be locked is another policy’s to say than what may be read. */
  lock: string;
  /** Columns that the identity may read alone; undefined where it may read the whole table, or nothing. */
  columns: readonly string[] | undefined;
  /** `all`: every row is expected, whoever’s it is. */
  sees: 'whose' | 'all';
}

/** What a reader may reach as the tenant of `record`; with null it is nobody. Undefined where the contract does not say whose rows are whose. */
export function expectedRows(
  shape: TableShape | undefined,
  record: ContextRecord | null,
  reader: Reader,
): ExpectedRows | undefined {
  const { rows } = shape ?? {};
  if (rows === undefined) {
    return undefined;
  }
  return rows.kind === 'column' ? byColumn(rows, shape!, record, reader) : byList(rows.sets, record, reader);
}

function byColumn(
  { column, is, exact }: { column: string; is: string; exact: boolean },
  { tenants, texts }: TableShape,
  record: ContextRecord | null,
  { table, lock, sees }: Reader,
): ExpectedRows {
  if (sees === 'all') {
    return { own: tenants!.all ?? 0, exact, foreign: `select 1 from ${table} where false` };
  }
  const text = record?.[is] ?? null;
  const kind = (['own', 'other', 'unknown'] as const).find((one) => texts![one] === text);
  const isOwn = text === null ? 'false' : `${quoteIdentifier(column)}::text is not distinct from ${quoteLiteral(text)}`;
  return {
    own: kind === undefined ? 0 : tenants![kind],
    exact,
    foreign: `select 1 from ${table} where not (${isOwn})${lock}`,
  };
}

function byList(sets: RowSets, record: ContextRecord | null, reader: Reader): ExpectedRows {
  const { table, identity, reads, lock, columns, sees } = reader;
  const of = reads ? sets.seen : sets.own;
  const set =
    sees === 'all' ? sets.all : (of.get(setKey({ record, identity }, sets.asksIdentity)) ?? { count: 0, rows: [] });
  if (set.rows === undefined) {
    return { own: set.count, exact: true, foreign: undefined };
  }
  const byKey = columns !== undefined && sets.key?.columns.every((column) => columns.includes(column)) === true;
  const expression = byKey ? sets.key!.expression : sets.place;
  const listed = quoteLiteral(`{${set.rows.map((row) => element(byKey ? row.key : row.place)).join(',')}}`);
  return {
    own: set.count,
    exact: true,
    foreign: `select 1 from ${table} as t where not (${expression} = any (${listed}::text[]))${lock}`,
  };
}

function element(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}
