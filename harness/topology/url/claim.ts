import { hostname } from 'node:os';

import { now } from '../../common/clock.ts';
import { RolecallError } from '../../common/errors.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { connect, loginRefusal, withSession, type Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf, type Target } from '../../postgres/target.ts';
import type { TopologyOptions } from '../topology.ts';
import { changesOf, type ClusterChanges } from './cluster-changes.ts';
import type { ClusterState } from './cluster-state.ts';
import { beginRecord, hasRecord, noteDatabase, readRecord, recorded } from './record.ts';
import { leftInWords, requireMended } from './repairs.ts';
import { restoreCluster, type Restored } from './restore-cluster.ts';

/** First part of the name of every database made here. */
export const databasePrefix = 'rolecall_';

/** The database that keeps what a run does to the cluster. There is one in a cluster: it is the claim to it. */
const claimDatabase = `${databasePrefix}run`;

/** A cluster that one run has to itself, as far as other runs go. */
export interface Claim {
  /** What was there before. */
  before: ClusterState;
  /** Does work that makes or changes what databases share; nothing but what differs then is taken back. */
  recorded<T>(work: () => Promise<T>): Promise<T>;
  /** Told of a database before it is made. */
  willMake(database: string): Promise<void>;
  /** What such work has made and changed so far. */
  changes(): Promise<ClusterChanges>;
  /** Takes that back. */
  restore(): Promise<void>;
}

const tries = 5;

/** Settings that a role or a database may have otherwise: the session must stay, and must be able to write. */
const settings = {
  statement_timeout: '60s',
  lock_timeout: '30s',
  idle_session_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  default_transaction_read_only: 'off',
  search_path: '',
};

/**
 * Takes a cluster for this run: what the run does to it is recorded in a database of its own, and taken back by `releasers`.
 * What a run that was killed has left is taken back first; refuses with `topology-unavailable` while another run is at it.
 */
export async function claimCluster(server: Target, { releasers, signal, progress }: TopologyOptions): Promise<Claim> {
  const target = { ...server, database: claimDatabase };
  const tell = ({ others }: Restored, whose: string) => {
    if (others.length > 0) {
      progress?.(`on ${nameOf(server)}, left as it is, for ${whose} did not do it: ${others.join('; ')}\n`);
    }
  };
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const holder = await unlessDropped(make(server, target));
    if (holder !== undefined) {
      const claim = await orClose(holder, take(holder));
      let lastWords = `what was made on ${nameOf(server)} is still there; the next run on it removes it`;
      const release = async () => {
        const restored = await orClose(holder, takeBack(holder));
        tell(restored, 'this run');
        const { left, lasting } = restored;
        if (left.length > 0) {
          // What keeps it may be gone by the next run, which tries once more.
          lastWords = `what was made on ${nameOf(server)} is still there: ${leftInWords(left, lasting).join('; ')}; the next run on it tries again`;
          await holder.close();
        } else {
          await dropClaim(server, holder);
          lastWords = `${nameOf(server)} is not as it was before the run: ${lasting.join('; ')}`;
        }
        requireMended(left, lasting);
      };
      await releasers.add(`the claim to ${nameOf(server)}`, { release, atExit: () => lastWords });
      return claim;
    }
    const swept = await unlessDropped(sweep(server, target));
    if (swept === 'busy' || attempt === tries) {
      throw new RolecallError('topology-unavailable', {
        message: `another run is at ${nameOf(server)}: ${await commentOf(server)}`,
        next: 'Wait for it to end: both would make the same roles.',
      });
    }
    if (swept !== undefined && swept !== 'gone') {
      tell(swept, 'the run before');
      requireMended(swept.left, swept.lasting);
    }
  }
}

/** Waits for work of a session, which is closed when that fails: the lock goes, and what is recorded stays. */
async function orClose<T>(session: Session, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Takes back what is recorded; where the server refuses that as a whole, the record stays. */
async function takeBack(session: Session): Promise<Restored> {
  try {
    return await restoreCluster(session);
  } catch (error) {
    const refusal = serverError(error);
    throw refusal === undefined
      ? error
      : new RolecallError('topology-failed', {
          message: `what a run made on ${nameOf(session.target)} could not be taken back: ${refusal.message} (SQLSTATE ${refusal.sqlstate})`,
          next: 'See to that and run again: each run tries first to take back what the one before left.',
          cause: error,
        });
  }
}

/** Undefined where another run dropped the claim meanwhile, and with it the sessions in it. */
async function unlessDropped<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RolecallError && error.code === 'connection-lost') {
      return undefined;
    }
    throw error;
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

async function take(holder: Session): Promise<Claim> {
  const note = `rolecall throw-away: host ${hostname()}, pid ${process.pid}, started ${now()}; holds what the run will put back`;
  await holder.script(
    `revoke all on database ${claimDatabase} from public; comment on database ${claimDatabase} is ${quoteLiteral(note)}`,
  );
  await beginRecord(holder);
  const { before, databases } = await readRecord(holder);
  return {
    before: { ...before, shared: before.shared.filter(({ name }) => !databases.has(name)) },
    recorded: (work) => recorded(holder, work),
    willMake: (database) => noteDatabase(holder, database),
    changes: async () => {
      const record = await readRecord(holder);
      return changesOf(record.steps, record.databases);
    },
    restore: async () => {
      const { left, lasting } = await takeBack(holder);
      requireMended(left, lasting);
    },
  };
}

/** Takes back what a run left whose sessions are gone. */
async function sweep(server: Target, target: Target): Promise<'busy' | 'gone' | Restored> {
  const session = await open(target);
  if (session === undefined) {
    return 'gone';
  }
  try {
    if (!(await lock(session))) {
      return 'busy';
    }
    const nothing: Restored = { left: [], lasting: [], others: [] };
    const restored = (await hasRecord(session)) ? await takeBack(session) : nothing;
    if (
      restored === nothing &&
      (await session.query('select from pg_catalog.pg_class where oid >= 16384 limit 1')).length > 0
    ) {
      throw new RolecallError('topology-unavailable', {
        message: `the database ${claimDatabase} on ${nameOf(server)} was not made by this tool`,
        next: 'Rename it, or use another server.',
      });
    }
    await dropClaim(server, session);
    return restored;
  } finally {
    await session.close();
  }
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
  if (row!.held) {
    await session.query(
      'select pg_catalog.set_config(w.key, w.value, false) from pg_catalog.jsonb_each_text($1) as w join pg_catalog.pg_settings as s on s.name = w.key',
      [JSON.stringify(settings)],
    );
  }
  return row!.held;
}

/** Drops the claim while its lock is held, which ends with it: let go before, another run could take it, and would lose it. */
async function dropClaim(server: Target, holder: Session): Promise<void> {
  try {
    await withSession(server, {}, (session) => session.script(`drop database if exists ${claimDatabase} with (force)`));
  } finally {
    await holder.close();
  }
}

async function commentOf(server: Target): Promise<string> {
  const [row] = await withSession(server, {}, (session) =>
    session.query<{ comment: string | null }>(
      `select pg_catalog.shobj_description(oid, 'pg_database') as comment from pg_catalog.pg_database where datname = '${claimDatabase}'`,
    ),
  );
  return row?.comment ?? 'it is just starting or ending';
}
