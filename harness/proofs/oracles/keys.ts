import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { ParsedContract, Tenancy } from '../../contract/contract.ts';
import { identitiesOf, isTenantIsolated } from '../../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';

const keysSql = readFileSync(new URL('sql/oracle-keys.sql', import.meta.url), 'utf8');

/** A unique key or foreign key of a tenant-isolated table. */
export interface OracleKey {
  kind: 'unique' | 'foreign-key';
  table: string;
  key: string;
  /** The table that holds the key's values: the table itself, or the one it refers to. */
  other: string;
  own_columns: string[];
  other_columns: string[];
  types: string[];
  categories: string[];
  /** Which rows a partial unique index holds. */
  condition: string | null;
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
  const tables = Object.keys(contract.tables).filter((table) => isTenantIsolated(contract, table));
  const keys = await superuser.query<OracleKey & Record<string, unknown>>(keysSql, [
    tables,
    contract.tenancy?.column ?? '',
    identitiesOf(contract, 'login'),
  ]);
  return keys;
}

/** SQL literals for a key's columns: of a row that the own tenant does not see, and of none at all. */
export interface KeyValues {
  hidden: string[];
  absent: string[];
}

/** Values of a hidden row and values that no row has; in words why there are none. */
export async function readKeyValues(
  superuser: Session,
  key: OracleKey,
  { column, own, other }: Tenancy,
): Promise<KeyValues | string> {
  const { other_columns: columns, types } = key;
  const tenant = quoteIdentifier(column);
  const row = columns.map((name) => `o.${quoteIdentifier(name)}::text as ${quoteIdentifier(name)}`).join(', ');
  const full = columns.map((name) => `o.${quoteIdentifier(name)} is not null`).join(' and ');
  // A parent without tenants: one that no row of the own tenant refers to.
  const pairs = columns
    .map((name, index) => `t.${quoteIdentifier(key.own_columns[index]!)} = o.${quoteIdentifier(name)}`)
    .join(' and ');
  const isHidden =
    key.kind === 'unique' || key.other_isolated
      ? `o.${tenant}::text = ${quoteLiteral(other)}`
      : `not exists (select from ${key.table} as t where ${pairs} and t.${tenant}::text = ${quoteLiteral(own)})`;
  const [hidden] = await superuser.query<Record<string, string>>(
    `select ${row} from ${key.other} as o where ${full} and ${isHidden} and ${key.condition ?? 'true'} order by 1 limit 1`,
  );
  if (hidden === undefined) {
    return `${key.other} has no row that is hidden from tenancy.own`;
  }
  const literals = columns.map((name, index) => `${quoteLiteral(hidden[name]!)}::${types[index]!}`);
  // The tenant's own column is told apart by the policy: another one is to differ, where there is one.
  const places = columns
    .map((_, index) => index)
    .toSorted((a, b) => Number(columns[a] === column) - Number(columns[b] === column));
  for (const place of places) {
    const value = await absentValue(superuser, key, place);
    if (value !== undefined) {
      return { hidden: literals, absent: literals.map((literal, index) => (index === place ? value : literal)) };
    }
  }
  return `no value is known that ${key.key} does not hold`;
}

/** A literal that no row of the other table has in one column of the key; undefined for a type that has no next value. */
async function absentValue(
  superuser: Session,
  { other, other_columns: columns, types, categories }: OracleKey,
  place: number,
): Promise<string | undefined> {
  const name = quoteIdentifier(columns[place]!);
  const [type, category] = [types[place]!, categories[place]!];
  const expression = {
    N: `coalesce(max(${name}), 0) + 1`,
    D: `coalesce(max(${name}), '2000-01-01'::${type}) + interval '1 day'`,
    S: `'rolecall-' || count(*)`,
  }[category];
  const asked = type === 'uuid' ? `${quoteLiteral(randomUUID())}::uuid` : expression;
  if (asked === undefined) {
    return undefined;
  }
  try {
    const [row] = await superuser.query<{ value: string }>(
      `select (${asked})::${type}::text as value${type === 'uuid' ? '' : ` from ${other}`}`,
    );
    return `${quoteLiteral(row!.value)}::${type}`;
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}
