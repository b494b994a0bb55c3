import { hostname } from 'node:os';

import { now } from '../../common/clock.ts';
import { lastResort } from '../../common/last-resort.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Releasers } from '../../common/releasers.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { connect, loginRefusal, withSession, type Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf, type Target } from '../../postgres/target.ts';
import type { ClusterState } from './cluster-state.ts';
import { claimDatabase, restoreCluster, saveCluster, savedCluster } from './restore-cluster.ts';

/** A cluster that one run has to itself, and what was there before it. */
export interface Claim {
  before: ClusterState;
  /** Puts the cluster back to `before`. */
  restore(): Promise<void>;
}

const tries = 5;

/**
 * Takes a cluster for this run: its state is saved in a database of its own, and put back by `releasers`. What a run that
 * was killed has left is put back first; refuses with `topology-unavailable` while another run is at it.
 */
export async function claimCluster(server: Target, releasers: Releasers, signal: AbortSignal): Promise<Claim> {
  const target = { ...server, database: claimDatabase };
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const holder = await make(server, target);
    if (holder !== undefined) {
      const claim = await take(holder, target);
      const forget = lastResort(() => process.stderr.write(`rolecall: what was made on ${nameOf(server)} is still there; the next run on it removes it\n`));
      await releasers.add(`the claim to ${nameOf(server)}`, async () => {
        const left = await restoreFrom(target, claim.before).finally(() => holder.close().catch(() => undefined));
        await dropClaim(server);
        forget();
        requireNothing(left);
      });
      return claim;
    }
    if ((await sweep(server, target)) === 'busy' || attempt === tries) {
      throw new RolecallError('topology-unavailable', {
        message: `another run is at ${nameOf(server)}: ${await commentOf(server)}`,
        next: 'Wait for it to end: both would make the same roles.',
      });
    }
  }
}

/** A session that holds the lock of the new database; undefined where there is one already. */
async function make(server: Target, target: Target): Promise<Session | undefined> {
  try {
    await withSession(server, {}, (session) => session.script(`create database ${claimDatabase} template template0`));
  } catch (error) {
    // Unique violation: two at the same moment.
    if (['42P04', '23505'].includes(serverError(error)?.sqlstate ?? '')) {
      return undefined;
    }
    throw error;
  }
  const holder = await open(target);
  if (holder === undefined || (await lock(holder))) {
    return holder;
  }
  await holder.close();
  return undefined;
}

async function take(holder: Session, target: Target): Promise<Claim> {
  const note = `rolecall throw-away: host ${hostname()}, pid ${process.pid}, started ${now()}; holds what the run will put back`;
  await holder.script(`revoke all on database ${claimDatabase} from public; comment on database ${claimDatabase} is ${quoteLiteral(note)}`);
  const before = await saveCluster(holder);
  return { before, restore: async () => requireNothing(await restoreFrom(target, before)) };
}

function restoreFrom(target: Target, before: ClusterState): Promise<string[]> {
  return withSession(target, {}, (session) => restoreCluster(session, before));
}

/** Trying again would not help: what is left is said once, to people. */
function requireNothing(left: readonly string[]): void {
  if (left.length > 0) {
    throw new RolecallError('topology-failed', {
      message: `not as it was before the run: ${left.join('; ')}`,
      next: 'Put it back by hand, and give the migrations a server of their own.',
    });
  }
}

/** Puts back what a run left whose sessions are gone. */
async function sweep(server: Target, target: Target): Promise<'swept' | 'busy'> {
  const session = await open(target);
  if (session === undefined) {
    return 'swept';
  }
  let left: string[] = [];
  try {
    if (!(await lock(session))) {
      return 'busy';
    }
    const [saved] = await session.query(`select pg_catalog.to_regclass('public.before') is not null as "there"`);
    if (saved!['there'] === true) {
      left = await restoreCluster(session, await savedCluster(session));
    } else if ((await session.query('select from pg_catalog.pg_class where oid >= 16384 limit 1')).length > 0) {
      throw new RolecallError('topology-unavailable', { message: `the database ${claimDatabase} on ${nameOf(server)} was not made by this tool`, next: 'Rename it, or use another server.' });
    }
  } finally {
    await session.close();
  }
  await dropClaim(server);
  requireNothing(left);
  return 'swept';
}

/** Undefined where the database is gone again. */
async function open(target: Target): Promise<Session | undefined> {
  try {
    return await connect(target);
  } catch (error) {
    if (loginRefusal(error)?.sqlstate === '3D000') {
      return undefined;
    }
    throw error;
  }
}

/** A session's lock ends with its session, however the program ends. */
async function lock(session: Session): Promise<boolean> {
  const [row] = await session.query<{ held: boolean }>('select pg_catalog.pg_try_advisory_lock(1) as held');
  return row!.held;
}

async function dropClaim(server: Target): Promise<void> {
  await withSession(server, {}, (session) => session.script(`drop database if exists ${claimDatabase} with (force)`));
}

async function commentOf(server: Target): Promise<string> {
  const [row] = await withSession(server, {}, (session) =>
    session.query<{ comment: string | null }>(`select pg_catalog.shobj_description(oid, 'pg_database') as comment from pg_catalog.pg_database where datname = '${claimDatabase}'`),
  );
  return row?.comment ?? 'it is just starting or ending';
}
