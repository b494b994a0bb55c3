import { joined, sql, type SqlName } from '../common/sql.ts';
import { by } from '../common/order.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { valueNamesOf, type TenantColumns } from './tenancy.ts';
import type { TenantValues } from './tenant-values.ts';

/** Two tenants that have rows. */
export interface LiveTenants {
  own: TenantValues;
  other: TenantValues;
}

/** How many rows of a table are read, and how many tenants are remembered. */
const [mostRows, mostTenants] = [10_000, 100];

/**
 * Two tenants that have rows, preferably in most tables; undefined if the session may not read rows of two. Values in the same
 * row belong together.
 */
export async function liveTenants(session: Session, columns: TenantColumns): Promise<LiveTenants | undefined> {
  await session.script(sql`set lock_timeout = '2s'; set statement_timeout = '10s'`);
  const seen: TenantValues[] = [];
  for (const [table, names] of columns) {
    seen.push(...(await tenantsIn(session, table, names)));
  }
  return chosen(seen, valueNamesOf(columns));
}

async function tenantsIn(
  session: Session,
  table: SqlName,
  names: ReadonlyMap<string, string>,
): Promise<TenantValues[]> {
  const columns = [...names].map(([column, name]) => sql`${quoteIdentifier(column)}::text as ${quoteIdentifier(name)}`);
  try {
    return await session.query<TenantValues>(
      sql`select distinct s.* from (select ${joined(columns)} from ${table} limit ${mostRows}) as s where s is not null limit ${mostTenants}`,
    );
  } catch (error) {
    // A table that may not be read, is locked, or has a policy that requires a tenant shows none. Others may.
    if (serverError(error) !== undefined) {
      return [];
    }
    throw error;
  }
}

/** Two tenants that differ in every value, from the values that occur together in rows. Pure. */
export function chosen(seen: readonly TenantValues[], names: readonly string[]): LiveTenants | undefined {
  const counts = new Map<string, { values: TenantValues; times: number }>();
  for (const values of seen) {
    const key = JSON.stringify(names.map((name) => values[name] ?? null));
    const known = counts.get(key);
    counts.set(key, { values, times: (known?.times ?? 0) + 1 });
  }
  const fullest = [...counts.values()]
    .toSorted(by(({ values }) => JSON.stringify(names.map((name) => values[name] ?? ''))))
    .toSorted((a, b) => Object.keys(b.values).length - Object.keys(a.values).length || b.times - a.times)
    .map(({ values }) => values);
  const pick = (apartFrom: TenantValues): TenantValues | undefined => {
    const picked: TenantValues = {};
    for (const name of names) {
      if (picked[name] === undefined) {
        const found = fullest.find(
          (values) =>
            values[name] !== undefined &&
            Object.entries(values).every(
              ([key, value]) => value !== apartFrom[key] && (picked[key] === undefined || picked[key] === value),
            ),
        );
        Object.assign(picked, found);
      }
    }
    return names.every((name) => picked[name] !== undefined) ? picked : undefined;
  };
  const own = pick({});
  const other = own === undefined ? undefined : pick(own);
  return own === undefined || other === undefined ? undefined : { own, other };
}
