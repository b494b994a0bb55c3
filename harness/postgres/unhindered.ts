import type { SqlText } from '../common/sql.ts';
import { RolecallError } from '../common/errors.ts';
import { connect, type ConnectOptions, type Session } from './session.ts';
import { serverError } from './sql-error.ts';
import type { Target } from './target.ts';

/** Lifts limits of time that end a session or its transaction while nothing is asked, as far as the server's version has them. */
export const liftIdleLimits: SqlText = `select pg_catalog.set_config(name, '0', false) from pg_catalog.pg_settings
  where name in ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')`;

const liftOthers = 'set lock_timeout = 0; set default_transaction_read_only = off';

/** A session may be over its limit before it has lifted it. */
const tries = 20;

/**
 * Logs in as `connect` does, for what only looks: limits that the role or the database puts on a session, as a
 * statement_timeout of 1 ms or transactions that only read, are lifted in this one.
 */
export async function connectUnhindered(target: Target, options: ConnectOptions = {}): Promise<Session> {
  for (let left = tries; ; left--) {
    const session = await connect(target, options);
    try {
      // Sent without waiting: between two messages a session is idle.
      await Promise.all(['set statement_timeout = 0', liftIdleLimits, liftOthers].map((sql) => session.script(sql)));
      return session;
    } catch (error) {
      await session.close();
      if (left === 0 || !isOverLimit(error)) {
        throw error;
      }
    }
  }
}

/** Logs in unhindered, does `work`, and closes the session however it ends. */
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

/** A statement was cancelled, or an idle session ended; when it had ended before it was asked, it is only lost. */
function isOverLimit(error: unknown): boolean {
  const sqlstate = serverError(error)?.sqlstate;
  return sqlstate === undefined
    ? error instanceof RolecallError && error.code === 'connection-lost'
    : ['57014', '57P05', '25P03', '25P04'].includes(sqlstate);
}
