import { joined, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { columnOf, isValue } from './is-value.ts';
import { setKey, type RowName, type RowNames, type RowSet, type RowSets } from './row-set.ts';
import type { ContextRecord } from './session-parts.ts';
import type { ShownRows, TableShape } from './table-shape.ts';

/** The rows that a statement may reach: how many they are, and what finds others. */
export interface ExpectedRows {
  own: number;
  /** What counts them again, asked by the control. */
  count: SqlText;
  /** Set where there may be more of them, which nobody saw who counted. */
  mayBeMore?: true;
  /** Set where every row is expected, whoever counted them: none is too many. */
  every?: true;
  /** Whether each of them must be seen. */
  exact: boolean;
  /**
   * A query for rows that are seen and are not among them, each by its key where the reader may know that; undefined where
   * they are too many to be listed.
   */
  foreign: SqlText | undefined;
  /** The condition by which those others are told, for a row `t` of the table; undefined where none are. */
  others: SqlText | undefined;
  /**
   * A query for the key of an expected row that is not seen; where the rows are not listed, from the control's list of
   * them. Undefined where rows have no key that the reader may know.
   */
  missing: ((listed: string | null) => SqlText) | undefined;
  /** What lists the rows for `missing`, asked by the control; undefined where they are listed. */
  list: SqlText | undefined;
}

/** Who asks for rows, and by what. */
export interface Reader {
  table: SqlName;
  identity: string;
  /** Whether rows are read, and those that are open may be. */
  reads: boolean;
  /** `for update` where rows are locked: what may be locked is another policy’s to say than what may be read. */
  lock: SqlText;
  /** Columns that the identity may read alone; undefined where it may read the whole table, or nothing. */
  columns: readonly RawName[] | undefined;
  /** `all`: every row is expected, whoever’s it is. */
  sees: 'whose' | 'all';
}

/** What a reader may reach as the tenant of `record`; with null it is nobody. Undefined where the contract does not say whose rows are whose. */
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

/** Rows of a view that are among those of the tables below: it may leave some out, and show others than the control sees in it. */
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
  // Where an outer join has no row, none is shown: of that no name tells, which is a text if its columns are several.
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
  // Of a join a row may be there more than once: where whose they are cannot be asked, that is no row too many.
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

/** Rows are looked through for one that is missing up to so many. */
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

/** The rows that are known and not among `own`: of those that came since, nobody has said whose they are. */
function othersOf({ all }: RowSets, own: readonly { place: string }[]): RowSet['rows'] {
  const places = new Set(own.map(({ place }) => place));
  return all.rows?.filter(({ place }) => !places.has(place));
}

/** The key of rows, where a reader may know it. */
function keyFor(names: RowNames | undefined, { columns }: Reader): RowName | undefined {
  const key = names?.key;
  return columns === undefined || key?.columns.every((column) => columns.includes(column)) === true ? key : undefined;
}

/** A key in the evidence is a name, not a document. */
function shown(key: RowName | undefined): SqlText {
  return key === undefined ? 'null' : sql`pg_catalog.left(${key.of('t')}, 100)`;
}

function ordered(key: RowName | undefined): SqlText {
  return key === undefined ? '' : ' order by 1';
}

/** The key of the first of the listed rows, pairs of a name and a key, that is not seen. */
function missingIn(table: SqlName, name: RowName, listed: string): SqlText {
  return sql`select pg_catalog.left(one.row ->> 1, 100) from pg_catalog.json_array_elements(${quoteLiteral(listed)}::json) as one (row) where one.row ->> 0 not in (select ${name.of('t')} from ${table} as t) order by one.row ->> 1 limit 1`;
}

function element(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}
