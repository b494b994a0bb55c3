import { readFile } from 'node:fs/promises';

import { quoteIdentifier as quoted, quoteLiteral } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { changesOf, clusterState, databasesOf, differing, type ClusterState, type MembershipState } from './cluster-state.ts';

/** First part of the name of every database made here. */
export const databasePrefix = 'rolecall_';

/** The database that keeps what a run will put back. There is one in a cluster: it is the claim to it. */
export const claimDatabase = `${databasePrefix}run`;

/** Saves what the databases of the cluster share in the claim's database, where only superusers can read it. */
export async function saveCluster(session: Session): Promise<ClusterState> {
  await session.script(`create table public.before as ${await sql('cluster-state.sql')}`);
  return savedCluster(session);
}

/** What was saved. The claim itself is no part of it. */
export async function savedCluster(session: Session): Promise<ClusterState> {
  const [row] = await session.query<{ state: ClusterState }>('select state from public.before');
  return { ...row!.state, shared: row!.state.shared.filter(({ name }) => name !== claimDatabase) };
}

/**
 * In a session of the claim's database: drops the databases and roles that were not there before, and puts back what was changed on those that were; returns what could
 * not be, in words.
 */
export async function restoreCluster(session: Session, before: ClusterState): Promise<string[]> {
  await session.script(`set statement_timeout = '60s'; set lock_timeout = '30s'`);
  const old = new Set(databasesOf(before));
  for (const name of databasesOf(await clusterState(session))) {
    if (name.startsWith(databasePrefix) && name !== claimDatabase && !old.has(name)) {
      await session.script(`drop database if exists ${quoted(name)} with (force)`);
    }
  }
  await session.script('begin');
  try {
    await restoreRoles(session, before);
    await restoreMemberships(session, before.memberships);
    await session.script(await sql('restore-settings.sql'));
    await session.script('commit');
  } catch (error) {
    await session.script('rollback').catch(() => undefined);
    throw error;
  }
  const { roles, shared } = changesOf(before, await clusterState(session));
  return [...roles, ...shared];
}

async function restoreRoles(session: Session, before: ClusterState): Promise<void> {
  const now = await clusterState(session);
  const old = new Set(before.roles.map(({ oid }) => oid));
  const made = now.roles.filter(({ oid }) => !old.has(oid)).map(({ rolname }) => quoted(rolname));
  if (made.length > 0) {
    // Owned by them, or granted to them, is here only what all databases share.
    await session.script(`drop owned by ${made.join(', ')}; drop role ${made.join(', ')}`);
  }
  const kept = new Set(now.roles.map(({ oid }) => oid));
  for (const { rolname } of before.roles.filter(({ oid }) => !kept.has(oid))) {
    await session.script(`create role ${quoted(rolname)}`);
  }
  await session.script(await sql('restore-roles.sql'));
  for (const { rolname, comment } of differing(before.roles, (await clusterState(session)).roles).filter((role) => before.roles.includes(role))) {
    await session.script(`comment on role ${quoted(rolname)} is ${comment === null ? 'null' : quoteLiteral(comment)}`);
  }
}

async function restoreMemberships(session: Session, wanted: readonly MembershipState[]): Promise<void> {
  const { memberships } = await clusterState(session);
  for (const { role, member, grantor } of missing(memberships, wanted)) {
    // One that the last one carried along is gone already: the server only warns.
    await session.script(`revoke ${quoted(role)} from ${quoted(member)} granted by ${quoted(grantor)} cascade`);
  }
  // A grantor must have been granted the role himself: those whose turn has not come are tried again after the others.
  for (let left = missing(wanted, (await clusterState(session)).memberships), before = Infinity; left.length > 0 && left.length < before; ) {
    before = left.length;
    for (const membership of left) {
      await session.script(`savepoint one; ${grantOf(membership)}`).catch(() => session.script('rollback to savepoint one'));
    }
    left = missing(wanted, (await clusterState(session)).memberships);
  }
}

function grantOf({ role, member, grantor, admin, inherit, set }: MembershipState): string {
  const options = inherit === null ? (admin ? 'with admin option' : '') : `with admin ${admin}, inherit ${inherit}, set ${String(set)}`;
  return `grant ${quoted(role)} to ${quoted(member)} ${options} granted by ${quoted(grantor)}`;
}

/** What is in `these` and not in `those`. */
function missing(these: readonly MembershipState[], those: readonly MembershipState[]): MembershipState[] {
  const known = new Set(those.map((item) => JSON.stringify(item)));
  return these.filter((item) => !known.has(JSON.stringify(item)));
}

function sql(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}
