import { isRecord } from '../common/is-record.ts';
import { readPlatform, type PlatformName } from '../contract/platforms/platform.ts';
import type { Fact } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import type { DraftIdentity } from './identities.ts';

/** The platform that a folder of migrations is written for, by the tool that uses that folder; undefined if none is known. */
export function platformOf(migrations: string): PlatformName | undefined {
  return /(?:^|[\\/])supabase[\\/]migrations[\\/]?$/.test(migrations) ? 'supabase' : undefined;
}

/** The platform that a database runs on, by the functions that it adds; undefined if none is known. */
export function platformIn(facts: readonly Fact[]): PlatformName | undefined {
  const functions = new Set<string>(facts.filter(({ kind }) => kind === 'function').map(({ object }) => object));
  return functions.has('auth.uid()') && functions.has('auth.role()') ? 'supabase' : undefined;
}

/** What a platform adds, as far as a draft needs it. */
export interface Brought {
  contract: Readonly<Record<string, unknown>>;
  roles: ReadonlySet<RoleName>;
  tables: ReadonlySet<SqlName>;
  /** Roles that its sessions assume. */
  assumed: RoleName[];
  /** What its sessions call the person whom they act for. */
  person: string;
}

/** What is known of a platform. */
export function broughtBy(name: PlatformName): Brought {
  const { contract } = readPlatform(name);
  const keys = (section: string) => Object.keys((contract[section] as object | undefined) ?? {});
  const sessions = Object.values((contract['sessions'] ?? {}) as Record<string, { role?: RoleName }>);
  return {
    contract,
    roles: new Set(keys('identities')),
    tables: new Set(keys('tables')),
    assumed: [...new Set(sessions.flatMap(({ role }) => (role === undefined ? [] : [role])))],
    person: 'user',
  };
}

/**
 * A draft without what the platform adds. Of each object only the differences are left, because the contract completes the
 * platform's.
 */
export function withoutPlatform<T extends { identities: Record<RoleName, DraftIdentity> }>(
  draft: T,
  { contract, roles }: Brought,
): T {
  const own = Object.entries(draft.identities).filter(([role]) => !roles.has(role));
  const left: Record<string, unknown> = { ...draft, identities: Object.fromEntries(own) };
  for (const [section, theirs] of Object.entries(contract)) {
    if (section !== 'tenancy' && section !== 'identities' && section in left) {
      left[section] = difference(left[section], theirs) ?? (Array.isArray(left[section]) ? [] : {});
    }
  }
  return left as unknown as T;
}

/** The part of a value that the other one lacks; undefined if there is none. */
function difference(mine: unknown, theirs: unknown): unknown {
  if (JSON.stringify(mine) === JSON.stringify(theirs)) {
    return undefined;
  }
  if (!isRecord(mine) || !isRecord(theirs)) {
    return mine;
  }
  const left = Object.entries(mine).flatMap(([key, value]) => {
    const kept = key in theirs ? difference(value, theirs[key]) : value;
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
