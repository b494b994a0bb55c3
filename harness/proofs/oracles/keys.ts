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

/** A unique key, an exclusion constraint or a foreign key of a table whose rows are of tenants. */
export interface OracleKey {
  kind: 'unique' | 'foreign-key';
  table: SqlName;
  key: RawName;
  /** The table that holds the key's values: the table itself, or the one it refers to. */
  other: SqlName;
  own_columns: RawName[];
  other_columns: RawName[];
  types: SqlText[];
  categories: string[];
  /** Which rows a partial unique index holds. */
  condition: SqlText | null;
  /** What alone says whose a row is, is part of it: a unique key is closed by that, and a foreign key by policies. */
  has_tenant: boolean;
  /** A column that says whose a row is, is part of it. */
  says_whose: boolean;
  is_random: boolean;
  other_isolated: boolean;
  cascades_delete: boolean;
  cascades_update: boolean;
  /** Logins that may read the other table: where it is not isolated, nothing in it is hidden from them. */
  seen_by: string[];
}

/** Keys of the tables whose rows are of tenants. */
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

/** SQL literals for a key's columns: of a row that the own tenant does not see, and of none at all. */
export interface KeyValues {
  hidden: SqlText[];
  absent: SqlText[];
  /** Other values that no row has, which differ from the hidden ones in another column. */
  alsoAbsent: SqlText[][];
}

/** Values of a hidden row and values that no row has, for each key in turn; in words why there are none. */
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
 * The key's values in a row that is the other tenant's, where the contract says them: of a reference by the tenant's column to a table
 * that another hand reads, or none, which does not see at once what refers to what. That there is such a parent, the key itself says.
 */
function saidOf(key: OracleKey, hidden: HiddenRows, hands: Hands): string[] | undefined {
  const [reader, other] = [hands.reader(key.table), hands.reader(key.other)];
  const value = hidden.otherValueOf(key.table);
  const isByTenant = key.own_columns.length === 1 && key.own_columns[0] === hidden.columnOf(key.table);
  return !isOfRows(key) && isByTenant && value !== undefined && reader?.as !== other?.as ? [value] : undefined;
}

/** Whether the key's values are in rows that are of a tenant. */
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

/** For each key literals that no row of the other table has, each with its place in the key; none for a type that has no next value. */
async function readAbsentValues(
  asking: Asking,
  tenants: Tenants,
  keys: readonly OracleKey[],
  hidden: HiddenRows,
): Promise<{ place: number; literal: SqlText }[][]> {
  const found: { place: number; literal: SqlText }[][] = keys.map(() => []);
  // A column that says whose a row is, is told apart by the policy: another one is to differ, where there is one.
  const places = keys.map(({ other, other_columns: columns }) => {
    const kept = hidden.columnsOf(other);
    const isKept = (index: number) => Number(kept.includes(columns[index]!));
    return columns.map((_, index) => index).toSorted((a, b) => isKept(a) - isKept(b));
  });
  const longest = Math.max(0, ...places.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn += 1) {
    const asked = keys.flatMap((key, index) => {
      const place = places[index]![turn];
      // Of a reference a policy may look at one of several columns.
      const isEnough = key.kind === 'unique' && found[index]!.length > 0;
      const query = place === undefined || isEnough ? undefined : absentValueOf(key, place);
      return place === undefined || query === undefined ? [] : [{ index, place, query, type: key.types[place]! }];
    });
    const values = await askFurthest(
      asking,
      tenants,
      asked.map(({ index, query }) => ({ table: keys[index]!.other, query })),
    );
    // A random value is of no table.
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

/** A query for a value that no row of the other table has in one column of the key; undefined for a type that has no next value. */
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
    // As long as most digests are, which a CHECK may demand.
    return sql`select pg_catalog.sha256(pg_catalog.convert_to(${quoteLiteral(randomUUID())}, 'UTF8'))::text`;
  }
  const expression = {
    N: sql`coalesce(max(${name}), 0) + 1`,
    D: sql`coalesce(max(${name}), '2000-01-01'::${type}) + interval '1 day'`,
    S: sql`'rolecall-' || count(*)`,
    // What is empty overlaps nothing.
    R: sql`coalesce(min('empty'), 'empty')`,
  }[categories[place]!];
  return expression === undefined ? undefined : sql`select (${expression})::${type}::text from ${other}`;
}
