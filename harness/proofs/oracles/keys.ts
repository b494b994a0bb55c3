import { randomUUID } from 'node:crypto';
import { joined, sql, type RawName, type SqlName, type SqlText } from '../../common/sql.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { tenantSessionsOf, type Tenants } from '../../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { askAll, type Asking } from '../../attempts/ask-all.ts';
import { askByHand, askFurthest } from '../../attempts/ask-by-hand.ts';
import { Hands } from '../../attempts/hands.ts';
import type { HiddenRows } from './hidden-rows.ts';
import { readLookup } from '../../postgres/lookup-by-name.ts';

const keysSql = readLookup(new URL('sql/oracle-keys.sql', import.meta.url));

/** A unique key, an exclusion constraint or a foreign key of a table with rows of tenants. */
export interface OracleKey {
  kind: 'unique' | 'foreign-key';
  table: SqlName;
  key: RawName;
  /** The table that holds the key's values: the table itself, or the referenced one. */
  other: SqlName;
  own_columns: RawName[];
  other_columns: RawName[];
  types: SqlText[];
  categories: string[];
  /** The condition of a partial unique index. */
  condition: SqlText | null;
  /**
   * Whether it includes the column that alone says who owns a row. That closes a unique key, and policies close a foreign key.
   */
  has_tenant: boolean;
  /** Whether it includes a column that says who owns a row. */
  says_whose: boolean;
  is_random: boolean;
  other_isolated: boolean;
  cascades_delete: boolean;
  cascades_update: boolean;
  /** Logins that may read the other table. If it is not isolated, nothing in it is hidden from them. */
  seen_by: string[];
}

/** Keys of the tables with rows of tenants. */
export async function readOracleKeys(
  superuser: Session,
  contract: ParsedContract,
  hidden: HiddenRows,
): Promise<OracleKey[]> {
  const tables = hidden.tables();
  const keys = await superuser.query<
    OracleKey & { guarded: boolean; key_columns: RawName[] } & Record<string, unknown>
  >(keysSql, [
    tables,
    tables.map((table) => hidden.columnOf(table) ?? ''),
    [...new Set(tenantSessionsOf(contract).map(({ identity }) => identity))],
  ]);
  return keys.map((key) => {
    const whole = hidden.wholeOf(key.table);
    const kept = hidden.columnsOf(key.table);
    return {
      ...key,
      has_tenant: whole !== undefined && whole.every((name) => key.key_columns.includes(name)),
      other_isolated: key.guarded && hidden.isKnown(key.other),
      says_whose: key.own_columns.some((name) => kept.includes(name)),
    };
  });
}

/** SQL literals for a key's columns: of a row that the own tenant does not see, and of no row. */
export interface KeyValues {
  hidden: SqlText[];
  absent: SqlText[];
  /** Further values that no row has, which differ from the hidden ones in another column. */
  alsoAbsent: SqlText[][];
}

/** For each key, values of a hidden row and values that no row has, or in words why there are none. */
export async function readKeyValues(
  asking: Asking,
  tenants: Tenants,
  keys: readonly OracleKey[],
  hidden: HiddenRows,
): Promise<(KeyValues | string)[]> {
  const rows = await askByHand<string[]>(
    asking,
    keys.map((key) => ({
      table: key.other,
      query: hiddenRowOf(key, hidden),
      record: isOfRows(key) ? tenants.other : tenants.own,
    })),
  );
  const { hands = Hands.superuser } = asking;
  const absent = await readAbsentValues(asking, tenants, keys, hidden);
  return keys.map((key, index) => {
    const row = saidOf(key, hidden, hands) ?? rows[index];
    if (row === undefined && hands !== Hands.superuser) {
      return `nobody who can be used here reads ${key.other}${isOfRows(key) ? '' : ` and ${key.table}`}`;
    }
    if (row == null) {
      return `${key.other} has no row that is hidden from tenancy.own`;
    }
    const literals = row.map((value, place) => sql`${quoteLiteral(value)}::${key.types[place]!}`);
    const [first, ...rest] = absent[index]!.map((other) =>
      literals.map((literal, place) => (place === other.place ? other.literal : literal)),
    );
    return first === undefined
      ? `no value is known that ${key.key} does not hold`
      : { hidden: literals, absent: first, alsoAbsent: rest };
  });
}

/**
 * The key's values in a row of the other tenant, if the contract gives them: for a reference by the tenant's column to a table
 * that another hand or nobody reads. The key itself shows that such a parent exists.
 */
function saidOf(key: OracleKey, hidden: HiddenRows, hands: Hands): string[] | undefined {
  const [reader, other] = [hands.reader(key.table), hands.reader(key.other)];
  const value = hidden.otherValueOf(key.table);
  const isByTenant = key.own_columns.length === 1 && key.own_columns[0] === hidden.columnOf(key.table);
  return !isOfRows(key) && isByTenant && value !== undefined && reader?.as !== other?.as ? [value] : undefined;
}

/** Whether the key's values are in rows of tenants. */
function isOfRows({ kind, other_isolated: isIsolated }: OracleKey): boolean {
  return kind === 'unique' || isIsolated;
}

/** A query for the key's values in a row that the own tenant does not see. */
function hiddenRowOf(key: OracleKey, hidden: HiddenRows): SqlText {
  const { other_columns: columns } = key;
  const values = columns.map((name) => sql`o.${quoteIdentifier(name)}::text`);
  const full = joined(
    columns.map((name) => sql`o.${quoteIdentifier(name)} is not null`),
    ' and ',
  );
  // A parent without tenants: one that no row of the own tenant refers to.
  const pairs = joined(
    columns.map((name, index) => sql`t.${quoteIdentifier(key.own_columns[index]!)} = o.${quoteIdentifier(name)}`),
    ' and ',
  );
  const rows = isOfRows(key) ? hidden.hiddenOf(key.other) : key.other;
  const isHidden = isOfRows(key)
    ? 'true'
    : sql`not exists (select from ${hidden.ownOf(key.table)} as t where ${pairs})`;
  return sql`select array[${joined(values)}] from ${rows} as o where ${full} and ${isHidden} and ${key.condition ?? 'true'} order by ${values[0]!} limit 1`;
}

/**
 * For each key, literals that no row of the other table has, each with its position in the key; empty for a type without a next
 * value.
 */
async function readAbsentValues(
  asking: Asking,
  tenants: Tenants,
  keys: readonly OracleKey[],
  hidden: HiddenRows,
): Promise<{ place: number; literal: SqlText }[][]> {
  const found: { place: number; literal: SqlText }[][] = keys.map(() => []);
  // The policy tells a column apart that says who owns a row. Another column should differ, if there is one.
  const places = keys.map(({ other, other_columns: columns }) => {
    const kept = hidden.columnsOf(other);
    const isKept = (index: number) => Number(kept.includes(columns[index]!));
    return columns.map((_, index) => index).toSorted((a, b) => isKept(a) - isKept(b));
  });
  const longest = Math.max(0, ...places.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn += 1) {
    const asked = keys.flatMap((key, index) => {
      const place = places[index]![turn];
      // A policy may look at any column of a reference.
      const isEnough = key.kind === 'unique' && found[index]!.length > 0;
      const query = place === undefined || isEnough ? undefined : absentValueOf(key, place);
      return place === undefined || query === undefined ? [] : [{ index, place, query, type: key.types[place]! }];
    });
    const values = await askFurthest(
      asking,
      tenants,
      asked.map(({ index, query }) => ({ table: keys[index]!.other, query })),
    );
    // No table has a random value.
    const random = asked.flatMap(({ type }, at) => (isRandom(type) && values[at] === undefined ? [at] : []));
    const others = await askAll<string>(
      asking,
      random.map((at) => asked[at]!.query),
    );
    random.forEach((at, place) => {
      values[at] = others[place];
    });
    asked.forEach(({ index, place, type }, at) => {
      const value = values[at];
      if (value != null) {
        found[index]!.push({ place, literal: sql`${quoteLiteral(value)}::${type}` });
      }
    });
  }
  return found;
}

function isRandom(type: SqlText): boolean {
  return type === 'uuid' || type === 'bytea';
}

/** A query for a value that no row of the other table has in one column of the key; undefined for a type without a next value. */
function absentValueOf(
  { other, other_columns: columns, types, categories }: OracleKey,
  place: number,
): SqlText | undefined {
  const name = quoteIdentifier(columns[place]!);
  const type = types[place]!;
  if (type === 'uuid') {
    return sql`select ${quoteLiteral(randomUUID())}`;
  }
  if (type === 'bytea') {
    // As long as most digests, because a CHECK may demand that length.
    return sql`select pg_catalog.sha256(pg_catalog.convert_to(${quoteLiteral(randomUUID())}, 'UTF8'))::text`;
  }
  const expression = {
    N: sql`coalesce(max(${name}), 0) + 1`,
    D: sql`coalesce(max(${name}), '2000-01-01'::${type}) + interval '1 day'`,
    S: sql`'rolecall-' || count(*)`,
    // An empty range overlaps nothing.
    R: sql`coalesce(min('empty'), 'empty')`,
  }[categories[place]!];
  return expression === undefined ? undefined : sql`select (${expression})::${type}::text from ${other}`;
}
