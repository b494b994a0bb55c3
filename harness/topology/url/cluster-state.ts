import { readFile } from 'node:fs/promises';

import { byCodeUnit } from '../../common/order.ts';
import type { Session } from '../../postgres/session.ts';

/** A row of pg_authid. */
export interface RoleState extends Record<string, unknown> {
  oid: number | string;
  rolname: string;
  comment: string | null;
}

export interface MembershipState {
  role: string;
  member: string;
  grantor: string;
  admin: boolean;
  /** Null before PostgreSQL 16. */
  inherit: boolean | null;
  set: boolean | null;
}

export interface SettingState {
  /** Null for every database. */
  database: string | null;
  /** Null for every role. */
  role: string | null;
  settings: string[];
}

/** A database or a tablespace. */
export interface SharedState {
  kind: 'database' | 'tablespace';
  name: string;
  owner: string;
  detail: Record<string, unknown>;
  grants: { grantee: string; privilege: string; grantable: boolean }[];
}

/** What the databases of a cluster share. */
export interface ClusterState {
  roles: RoleState[];
  memberships: MembershipState[];
  settings: SettingState[];
  shared: SharedState[];
}

/** Reads what the databases of a cluster share; only a superuser may. */
export async function clusterState(session: Session): Promise<ClusterState> {
  const [row] = await session.query<{ state: ClusterState }>(await readFile(new URL('cluster-state.sql', import.meta.url), 'utf8'));
  return row!.state;
}

/** Names of the databases. */
export function databasesOf({ shared }: ClusterState): string[] {
  return shared.filter(({ kind }) => kind === 'database').map(({ name }) => name);
}

/** What was there before and is not as it was, in words: what can be put back, and databases and tablespaces, which cannot. */
export function changesOf(before: ClusterState, after: ClusterState): { roles: string[]; shared: string[] } {
  const names = new Set(before.roles.map(({ rolname }) => rolname));
  const databases = new Set(databasesOf(before));
  // By oid, for it may have another name; by name, for one that was dropped is made again with another oid.
  const roles = before.roles.flatMap((role) => changeOfRole(role, after.roles.find(({ oid }) => oid === role.oid) ?? after.roles.find(({ rolname }) => rolname === role.rolname)));
  const memberships = differing(before.memberships, after.memberships)
    // A new member of a group that was there goes when it is dropped.
    .filter(({ member }) => names.has(member))
    .map(({ role, member }) => `the membership of ${member} in ${role}`);
  const settings = differing(before.settings, after.settings)
    .filter(({ database, role }) => (role === null || names.has(role)) && (database === null || databases.has(database)))
    .map(({ database, role }) => `the settings of ${role ?? 'every role'} in ${database ?? 'every database'}`);
  const shared = before.shared.flatMap((object) => {
    const now = after.shared.find(({ kind, name }) => kind === object.kind && name === object.name);
    const same = now !== undefined && JSON.stringify(lasting(object, names)) === JSON.stringify(lasting(now, names));
    return same ? [] : [`the ${object.kind} ${object.name}`];
  });
  const sorted = (lines: string[]) => [...new Set(lines)].toSorted(byCodeUnit);
  return { roles: sorted([...roles, ...memberships, ...settings]), shared: sorted(shared) };
}

/** What of it is there in one state only: a change is there twice. */
export function differing<T>(before: readonly T[], after: readonly T[]): T[] {
  const [old, young] = [new Set(before.map((item) => JSON.stringify(item))), new Set(after.map((item) => JSON.stringify(item)))];
  return [...before.filter((item) => !young.has(JSON.stringify(item))), ...after.filter((item) => !old.has(JSON.stringify(item)))];
}

function changeOfRole(before: RoleState, after: RoleState | undefined): string[] {
  if (after === undefined) {
    return [`the role ${before.rolname}, which is gone`];
  }
  const changed = Object.keys(before).filter((column) => column !== 'oid' && before[column] !== after[column]);
  return changed.length === 0 ? [] : [`the role ${before.rolname} (${changed.map((column) => column.replace(/^rol/, '')).join(', ')})`];
}

/** Without what was granted to new roles: that goes with them. */
function lasting(object: SharedState, roles: ReadonlySet<string>): SharedState {
  return { ...object, grants: object.grants.filter(({ grantee }) => grantee === '' || roles.has(grantee)) };
}
