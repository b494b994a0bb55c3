import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import { RolecallError } from '../common/errors.ts';
import { connect, type ConnectOptions, type Session } from './session.ts';
import { serverError } from './sql-error.ts';
import type { Target } from './target.ts';

/** Time limits that end an idle session or its transaction, and the version that introduced each. */
const idleLimits: readonly (readonly [name: SqlName, since: number])[] = [
  ['idle_in_transaction_session_timeout' as SqlName, 10],
  ['idle_session_timeout' as SqlName, 14],
  ['transaction_timeout' as SqlName, 17],
];

/** Lifts the limits on idle sessions that the server has. It does not read the catalog, which may be closed to the session. */
export function liftIdleLimits({ parameters }: Session): SqlText {
  const major = Number.parseInt(parameters.get('server_version') ?? '', 10);
  const lifted = idleLimits.filter(([, since]) => major >= since).map(([name]) => sql`set ${name} = 0`);
  return joined(lifted, sql`; `);
}

/**
 * Before any operator is used: objects that precede the server's own on the path of the role or the database would run as the
 * observer.
 */
const ownFirst = sql`select pg_catalog.set_config('search_path', pg_catalog.rtrim(
  pg_catalog.concat('pg_catalog, ', pg_catalog.current_setting('search_path')), ', '), false)`;

const liftOthers = sql`set lock_timeout = 0; set default_transaction_read_only = off; set quote_all_identifiers = off`;

/** A session may reach its limit before it has lifted it. */
const tries = 20;

/**
 * Logs in as `connect` does, for sessions that only observe. It lifts limits that the role or the database sets, for example a
 * statement_timeout of 1 ms or read-only transactions. Names mean the server's own objects first, and are printed the same for
 * everybody.
 */
export async function connectUnhindered(target: Target, options: ConnectOptions = {}): Promise<Session> {
  for (let left = tries; ; left--) {
    const session = await connect(target, options);
    try {
      // Sent without waiting: between two messages a session counts as idle.
      const settings = [sql`set statement_timeout = 0`, liftIdleLimits(session), liftOthers, ownFirst];
      await Promise.all(settings.map((setting) => session.script(setting)));
      return session;
    } catch (error) {
      await session.close();
      if (left === 0 || !isOverLimit(error)) {
        throw error;
      }
    }
  }
}

/** Logs in unhindered, runs `work`, and closes the session however it ends. */
export async function withUnhindered<T>(
  target: Target,
  options: ConnectOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connectUnhindered(target, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Whether a statement was cancelled, or an idle session was ended. If it had ended before the statement, it is only lost. */
function isOverLimit(error: unknown): boolean {
  const sqlstate = serverError(error)?.sqlstate;
  return sqlstate === undefined
    ? error instanceof RolecallError && error.code === 'connection-lost'
    : ['57014', '57P05', '25P03', '25P04'].includes(sqlstate);
}
