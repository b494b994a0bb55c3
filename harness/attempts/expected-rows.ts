import { joined, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { columnOf, isValue } from './is-value.ts';
import { setKey, type RowName, type RowNames, type RowSet, type RowSets } from './row-set.ts';
import type { ContextRecord } from './session-parts.ts';
import type { ShownRows, TableShape } from './table-shape.ts';

/** The rows that a statement may reach: how many there are, and how to find others. */
export interface ExpectedRows {
  own: number;
  /** A query that counts them again, run by the control. */
  count: SqlText;
  /** Set if there may be more rows than the counting role could see. */
  mayBeMore?: true;
  /** Set if every row is expected. No row is then too many. */
  every?: true;
  /** Whether the session must see each of them. */
  exact: boolean;
  /**
   * A query for rows that are seen but not expected, each by its key if the reader may know it; undefined if the rows are too
   * many to list.
   */
  foreign: SqlText | undefined;
  /** The condition that holds for rows `t` that are not expected; undefined if there are none. */
  others: SqlText | undefined;
  /**
   * A query for the key of an expected row that is not seen. If the rows are not listed here, it takes the control's list of
   * them. Undefined if rows have no key that the reader may know.
   */
  missing: ((listed: string | null) => SqlText) | undefined;
  /** A query that lists the rows for `missing`, run by the control; undefined if they are listed already. */
  list: SqlText | undefined;
}

/** Who asks for rows, and by which command. */
export interface Reader {
  table: SqlName;
  identity: string;
  /** Whether the command reads rows. It may then also see rows that are open to all. */
  reads: boolean;
  /** `for update` if rows are locked. The policies for locking may differ from those for reading. */
  lock: SqlText;
  /** Columns that the identity may read, if it may not read the whole table; otherwise undefined. */
  columns: readonly RawName[] | undefined;
  /** `all`: every row is expected, whoever owns it. */
  sees: 'whose' | 'all';
}

/**
 * The rows that a reader may reach as the tenant of `record`, or as nobody with null. Undefined if the contract does not say who
 * owns the rows.
 */
export function expectedRows(
  shape: TableShape | undefined,
  record: ContextRecord | null,
  reader: Reader,
): ExpectedRows | undefined {
  const { rows, seenApart = false } = shape ?? {};
  if (rows === undefined) {
    return undefined;
  }
  const expected = expectedBy(rows, shape!, record, reader);
  if (reader.sees === 'all') {
    return { ...expected, every: true };
  }
  return seenApart && expected.own > 0 ? { ...expected, mayBeMore: true } : expected;
}

function expectedBy(
  rows: NonNullable<TableShape['rows']>,
  shape: TableShape,
  record: ContextRecord | null,
  reader: Reader,
): ExpectedRows {
  switch (rows.kind) {
    case 'column':
      return byColumn(rows, shape, record, reader);
    case 'listed':
      return byList({ sets: rows.sets, names: shape.names! }, record, reader);
    case 'shown':
      return byShown(rows.by, shape, record, reader);
  }
}

/** Rows of a view that come from the tables below. The view may leave some out, and may show other rows than the control sees. */
function byShown(
  by: readonly ShownRows[],
  { names, tenants, is_view: isView }: TableShape,
  record: ContextRecord | null,
  reader: Reader,
): ExpectedRows {
  const { table, lock, columns, sees } = reader;
  const parts = by.map(({ name, sets }) => {
    const { rows = [], counting } = setOf(sets, record, reader);
    return { name, rows, counting, others: othersOf(sets, rows) };
  });
  const isOneOf = (name: RowName, rows: RowSet['rows'] = []) =>
    sql`${name.of('t')} = any (${quoteLiteral(`{${rows.map(({ place }) => element(place)).join(',')}}`)}::text[])`;
  // An outer join may show no row of a table. The columns are asked, because a name of several is never NULL.
  const isNone = ({ columns: shownBy }: RowName) =>
    joined(
      shownBy.map((column) => sql`t.${quoteIdentifier(column)} is null`),
      ' or ',
    );
  const isOwn =
    sees === 'all'
      ? 'true'
      : joined(
          parts.map(({ name, rows }) => sql`(${isNone(name)} or ${isOneOf(name, rows)})`),
          ' and ',
        );
  const isOthers = joined(
    parts.map(({ name, others }) => isOneOf(name, others)),
    ' or ',
  );
  const key = keyFor(names, reader);
  const most = Math.max(...parts.map(({ rows }) => rows.length));
  const isAsked = columns === undefined || by.every(({ name }) => name.columns.every((one) => columns.includes(one)));
  // A join may repeat a row. If the owner of a row cannot be asked, a repeated row is not one too many.
  const own = isAsked || most === 0 ? most : Math.max(most, tenants?.own ?? 0, tenants?.other ?? 0);
  return {
    own,
    count: sql`select greatest(${own}, ${joined(parts.map(({ counting }) => sql`(${counting})`))})`,
    exact: false,
    foreign: sql`select ${shown(key)} from ${table} as t where not (${isOwn})${ordered(key)}${lock}`,
    others:
      sees === 'all' || isView !== true || parts.some(({ others }) => others === undefined) ? undefined : isOthers,
    missing: undefined,
    list: undefined,
  };
}

function setOf(sets: RowSets, record: ContextRecord | null, { reads, identity, sees }: Reader): RowSet {
  const of = reads ? sets.seen : sets.own;
  return sees === 'all'
    ? sets.all
    : (of.get(setKey({ record, identity }, sets.asksIdentity)) ?? { count: 0, rows: [], counting: 'select 0' });
}

function byColumn(
  { column, is, exact }: { column: RawName; is: string; exact: boolean },
  shape: TableShape,
  record: ContextRecord | null,
  reader: Reader,
): ExpectedRows {
  const { tenants, texts, names } = shape;
  const { table, lock, columns, sees } = reader;
  const key = keyFor(names, reader);
  const text = record?.[is] ?? null;
  const kind = (['own', 'other', 'unknown'] as const).find((one) => texts![one] === text);
  const isOwn =
    sees === 'all'
      ? 'true'
      : text === null
        ? 'false'
        : sql`(${isValue(quoteIdentifier(column), columnOf(shape, column), text)}) is true`;
  const name = columns === undefined ? names!.place : key;
  return {
    own: sees === 'all' ? (tenants!.all ?? 0) : kind === undefined ? 0 : tenants![kind],
    count: sql`select count(*) from ${table} where ${isOwn}`,
    exact,
    foreign: sql`select ${shown(key)} from ${table} as t where not (${isOwn})${ordered(key)}${lock}`,
    others: sees === 'all' ? undefined : sql`not (${isOwn})`,
    missing: name === undefined ? undefined : (listed) => missingIn(table, name, listed ?? '[]'),
    list:
      name === undefined
        ? undefined
        : sql`select pg_catalog.json_agg(pg_catalog.json_build_array(name, key)) from (select ${name.of('t')}, ${key?.of('t') ?? 'null'} from ${table} as t where ${isOwn} order by 2 limit ${mostListed}) as listed (name, key)`,
  };
}

/** How many rows are searched for a missing one. */
const mostListed = 20_000;

function byList({ sets, names }: { sets: RowSets; names: RowNames }, record: ContextRecord | null, reader: Reader) {
  const { table, lock, columns, sees } = reader;
  const set = setOf(sets, record, reader);
  const { rows, counting } = set;
  if (rows === undefined) {
    return {
      own: set.count,
      count: counting,
      exact: true,
      foreign: undefined,
      others: undefined,
      missing: undefined,
      list: undefined,
    };
  }
  const key = keyFor(names, reader);
  const isByKey = columns !== undefined && key !== undefined;
  const name = isByKey ? key : names.place;
  const listed = quoteLiteral(`{${rows.map((row) => element(isByKey ? row.key : row.place)).join(',')}}`);
  const isOwn = sql`${name.of('t')} = any (${listed}::text[])`;
  const others = othersOf(sets, rows)?.map((row) => element(isByKey ? row.key : row.place));
  return {
    own: set.count,
    count: counting,
    exact: true,
    foreign: sql`select ${shown(key)} from ${table} as t where not (${isOwn})${ordered(key)}${lock}`,
    others:
      sees === 'all' || others === undefined
        ? undefined
        : sql`${name.of('t')} = any (${quoteLiteral(`{${others.join(',')}}`)}::text[])`,
    missing: () => missingIn(table, name, JSON.stringify(rows.map((row) => [isByKey ? row.key : row.place, row.key]))),
    list: undefined,
  };
}

/** The known rows that are not in `own`. Nobody has said who owns rows that came later. */
function othersOf({ all }: RowSets, own: readonly { place: string }[]): RowSet['rows'] {
  const places = new Set(own.map(({ place }) => place));
  return all.rows?.filter(({ place }) => !places.has(place));
}

/** The key of rows, if a reader may know it. */
function keyFor(names: RowNames | undefined, { columns }: Reader): RowName | undefined {
  const key = names?.key;
  return columns === undefined || key?.columns.every((column) => columns.includes(column)) === true ? key : undefined;
}

/** In the evidence a key is a name, not a JSON document. */
function shown(key: RowName | undefined): SqlText {
  return key === undefined ? 'null' : sql`pg_catalog.left(${key.of('t')}, 100)`;
}

function ordered(key: RowName | undefined): SqlText {
  return key === undefined ? '' : ' order by 1';
}

/** The key of the first listed row that is not seen. `listed` holds pairs of a name and a key. */
function missingIn(table: SqlName, name: RowName, listed: string): SqlText {
  return sql`select pg_catalog.left(one.row ->> 1, 100) from pg_catalog.json_array_elements(${quoteLiteral(listed)}::json) as one (row) where one.row ->> 0 not in (select ${name.of('t')} from ${table} as t) order by one.row ->> 1 limit 1`;
}

function element(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}
