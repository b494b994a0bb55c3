import { hostname } from 'node:os';

import { now } from '../../common/clock.ts';
import { RolecallError } from '../../common/errors.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { connect, loginRefusal, withSession, type Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf, type Target } from '../../postgres/target.ts';
import { beginRecord, dropRecorded, hasRecord, ownPrefix, unrecorded } from './made.ts';

/** The database whose lock is the claim to a cluster. It records which roles and databases existed before. */
const claimDatabase = `${ownPrefix}run`;

const maxTries = 5;

/** Settings that a role or a database may have changed: the session must not time out, and must be able to write. */
const settings = {
  statement_timeout: '60s',
  lock_timeout: '30s',
  idle_session_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  default_transaction_read_only: 'off',
  search_path: '',
};

/** The session that holds a cluster, in the claim's own database. */
export interface HeldCluster {
  holder: Session;
  /** What looks like a killed run's work but is not on its record. It is left as it is. */
  left: readonly string[];
}

/**
 * Claims a cluster for this run. First it drops what a killed run has on record. Refuses with `topology-unavailable` while
 * another run holds the claim.
 */
export async function claimCluster(
  server: Target,
  named: readonly string[],
  signal: AbortSignal,
): Promise<HeldCluster> {
  const target = { ...server, database: claimDatabase };
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    signal.throwIfAborted();
    const holder = await unlessDropped(take(server, target));
    if (holder === undefined) {
      // The run that held it is just ending.
      continue;
    }
    try {
      const isStale = await hasRecord(holder);
      const left = isStale ? await unrecorded(holder) : [];
      await (isStale ? dropRecorded(holder) : requireOurs(holder));
      await beginRecord(holder, named);
      const note = `rolecall throw-away: host ${hostname()}, pid ${process.pid}, started ${now()}; held while a run lasts`;
      await holder.script(
        `revoke all on database ${claimDatabase} from public; comment on database ${claimDatabase} is ${quoteLiteral(note)}`,
      );
      return { holder, left };
    } catch (error) {
      await holder.close();
      throw error;
    }
  }
  throw await busy(server);
}

/**
 * Drops the claim while its lock is held. The lock ends with it: released earlier, another run could claim the cluster and would
 * lose its claim.
 */
export async function dropClaim(server: Target, holder: Session): Promise<void> {
  try {
    await withSession(server, {}, (session) => session.script(`drop database if exists ${claimDatabase} with (force)`));
  } finally {
    await holder.close();
  }
}

/** A session that holds the lock. Refuses while another session does; undefined if the database is gone again. */
async function take(server: Target, target: Target): Promise<Session | undefined> {
  try {
    await withSession(server, {}, (session) => session.script(`create database ${claimDatabase} template template0`));
  } catch (error) {
    // 42P04: it exists. 23505: two runs made it at the same moment.
    if (!['42P04', '23505'].includes(serverError(error)?.sqlstate ?? '')) {
      throw error;
    }
  }
  const session = await open(target);
  if (session === undefined || (await lock(session))) {
    return session;
  }
  await session.close();
  throw await busy(server);
}

/** Undefined if another run dropped the claim in the meantime, and with it the sessions in it. */
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

/** Undefined if the database is gone again. */
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

async function requireOurs(session: Session): Promise<void> {
  if ((await session.query('select from pg_catalog.pg_class where oid >= 16384 limit 1')).length > 0) {
    throw new RolecallError('topology-unavailable', {
      message: `the database ${claimDatabase} on ${nameOf(session.target)} was not made by this tool`,
      next: 'Rename it, or use another server.',
    });
  }
}

async function busy(server: Target): Promise<RolecallError> {
  const [row] = await withSession(server, {}, (session) =>
    session.query<{ comment: string | null }>(
      `select pg_catalog.shobj_description(oid, 'pg_database') as comment from pg_catalog.pg_database where datname = '${claimDatabase}'`,
    ),
  );
  return new RolecallError('topology-unavailable', {
    message: `another run is at ${nameOf(server)}: ${row?.comment ?? 'it is just starting or ending'}`,
    next: 'Wait for it to end: both would make the same roles.',
  });
}
