import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { joined, sql, type RawName, type SqlName, type SqlText } from '../../common/sql.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { isByTenantColumn } from '../../contract/rows.ts';
import { tenantSessionsOf, type ColumnTenancy } from '../../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { askAll, type Asking } from '../../attempts/ask-all.ts';

const keysSql = readFileSync(new URL('sql/oracle-keys.sql', import.meta.url), 'utf8');

/** A unique key or foreign key of a tenant-isolated table. */
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
  has_tenant: boolean;
  is_random: boolean;
  other_isolated: boolean;
  cascades_delete: boolean;
  cascades_update: boolean;
  /** Logins that may read the other table: where it is not isolated, nothing in it is hidden from them. */
  seen_by: string[];
}

/** Keys of the tenant-isolated tables that exist. */
export async function readOracleKeys(superuser: Session, contract: ParsedContract): Promise<OracleKey[]> {
  const tables = Object.keys(contract.tables).filter((table) => isByTenantColumn(contract, table));
  const keys = await superuser.query<OracleKey & Record<string, unknown>>(keysSql, [
    tables,
    contract.tenancy?.column ?? '',
    [...new Set(tenantSessionsOf(contract).map(({ identity }) => identity))],
  ]);
  return keys;
}

/** SQL literals for a key's columns: of a row that the own tenant does not see, and of none at all. */
export interface KeyValues {
  hidden: SqlText[];
  absent: SqlText[];
}

/** Values of a hidden row and values that no row has, for each key in turn; in words why there are none. */
export async function readKeyValues(
  asking: Asking,
  keys: readonly OracleKey[],
  tenancy: ColumnTenancy,
): Promise<(KeyValues | string)[]> {
  const rows = await askAll<string[]>(
    asking,
    keys.map((key) => hiddenRowOf(key, tenancy)),
  );
  const absent = await readAbsentValues(asking, keys, tenancy);
  return keys.map((key, index) => {
    const row = rows[index];
    if (row == null) {
      return `${key.other} has no row that is hidden from tenancy.own`;
    }
    const literals = row.map((value, place) => sql`${quoteLiteral(value)}::${key.types[place]!}`);
    const other = absent[index];
    return other === undefined
      ? `no value is known that ${key.key} does not hold`
      : {
          hidden: literals,
          absent: literals.map((literal, place) => (place === other.place ? other.literal : literal)),
        };
  });
}

/** A query for the key's values in a row that the own tenant does not see. */
function hiddenRowOf(key: OracleKey, { column, own, other }: ColumnTenancy): SqlText {
  const { other_columns: columns } = key;
  const tenant = quoteIdentifier(column);
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
  const isHidden =
    key.kind === 'unique' || key.other_isolated
      ? sql`o.${tenant} = ${quoteLiteral(other)}`
      : sql`not exists (select from ${key.table} as t where ${pairs} and t.${tenant} = ${quoteLiteral(own)})`;
  return sql`select array[${joined(values)}] from ${key.other} as o where ${full} and ${isHidden} and ${key.condition ?? 'true'} order by ${values[0]!} limit 1`;
}

/** For each key a literal that no row of the other table has, and its place in the key; undefined where no type has a next value. */
async function readAbsentValues(
  asking: Asking,
  keys: readonly OracleKey[],
  { column }: ColumnTenancy,
): Promise<({ place: number; literal: SqlText } | undefined)[]> {
  const found: ({ place: number; literal: SqlText } | undefined)[] = keys.map(() => undefined);
  // The tenant's own column is told apart by the policy: another one is to differ, where there is one.
  const places = keys.map(({ other_columns: columns }) =>
    columns.map((_, index) => index).toSorted((a, b) => Number(columns[a] === column) - Number(columns[b] === column)),
  );
  const longest = Math.max(0, ...places.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn += 1) {
    const asked = keys.flatMap((key, index) => {
      const place = places[index]![turn];
      const query = place === undefined || found[index] !== undefined ? undefined : absentValueOf(key, place);
      return place === undefined || query === undefined ? [] : [{ index, place, query, type: key.types[place]! }];
    });
    const values = await askAll<string>(
      asking,
      asked.map(({ query }) => query),
    );
    asked.forEach(({ index, place, type }, at) => {
      const value = values[at];
      found[index] = value == null ? undefined : { place, literal: sql`${quoteLiteral(value)}::${type}` };
    });
  }
  return found;
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
  }[categories[place]!];
  return expression === undefined ? undefined : sql`select (${expression})::${type}::text from ${other}`;
}
