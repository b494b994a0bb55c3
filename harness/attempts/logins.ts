import { sql } from '../common/sql.ts';
import { RolecallError } from '../common/errors.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';
import { connect, loginRefusal, withSession, type Session } from '../postgres/session.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';
import { liftIdleLimits } from '../postgres/unhindered.ts';
import type { BuiltPhase } from './built-phase.ts';

/** Opens a session as a login, or says why the server refused it. A refusal is an answer, not a failure of the run. */
export async function logIn(built: BuiltPhase, identity: string, signal: AbortSignal): Promise<Session | LoginRefusal> {
  const target = built.logins.get(identity);
  if (target === undefined) {
    // pg_roles is asked first, because the server reports a wrong password and a missing role alike.
    return { outcome: 'absent', sqlstate: null, message: `role "${identity}" does not exist` };
  }
  let session: Session;
  try {
    session = await connect(target, { signal });
  } catch (error) {
    const refusal = loginRefusal(error);
    if (refusal === undefined) {
      throw error;
    }
    return refusedAs(refusal, await reasonOf(built, identity, refusal.sqlstate, signal));
  }
  const role = await firstAnswer(session);
  if (typeof role !== 'string') {
    // The login's own settings let it do nothing, for example a statement_timeout of 1 ms.
    return refusedAs(role, '');
  }
  if (role !== identity) {
    await session.close();
    throw new RolecallError('bad-argument', {
      message: `the URL of ${identity} logs in as ${role}`,
      next: `Give the URL with which ${identity} itself logs in.`,
    });
  }
  return session;
}

/** Asks who the session is, and lifts the time limits that would end it while another session is in use. */
async function firstAnswer(session: Session): Promise<string | ServerError> {
  try {
    const [, [row]] = await Promise.all([
      // Sent without waiting: between two messages a session counts as idle.
      session.script(liftIdleLimits(session)),
      session.query<{ role: string }>(sql`select session_user::text as role`),
    ]);
    return row!.role;
  } catch (error) {
    await session.close();
    const server = serverError(error);
    if (server === undefined && error instanceof RolecallError && error.code === 'connection-lost') {
      return { ...lost, message: error.message };
    }
    return server ?? Promise.reject(error as Error);
  }
}

/**
 * The session ended before it answered, for example by an idle_session_timeout of 1 ms. This is the server's own SQLSTATE for a
 * failed connection.
 */
const lost = { sqlstate: '08006', routine: undefined, detail: undefined, hint: undefined, position: undefined };

function refusedAs({ sqlstate, message }: ServerError, reason: string): LoginRefusal {
  return { outcome: `error:${sqlstate}`, sqlstate, message: `${message}${reason}` };
}

/** The reason why the server refused, if the role's attributes show it. The server tells the login less. */
async function reasonOf(built: BuiltPhase, identity: string, sqlstate: string, signal: AbortSignal): Promise<string> {
  const [role] = await withSession(built.superuser, { signal }, (session) =>
    session.query<{ until: string | null; limit: number }>(
      `select case when rolvaliduntil < pg_catalog.now() then rolvaliduntil::text end as until, rolconnlimit as limit
       from pg_catalog.pg_roles where rolname = $1`,
      [identity],
    ),
  ).catch(() => []);
  if (role?.until != null && sqlstate.startsWith('28')) {
    return `: its password has expired, VALID UNTIL '${role.until}'; give it a later date where it is proven`;
  }
  return role !== undefined && role.limit >= 0 && sqlstate === '53300'
    ? `: its CONNECTION LIMIT is ${role.limit}, and proofs need two connections beside its own; raise it where it is proven`
    : '';
}

/** Two sessions for each login identity, or its refusal, by name. The caller closes them. */
export async function logInAll(
  built: BuiltPhase,
  signal: AbortSignal,
): Promise<Map<string, LoginSessions | LoginRefusal>> {
  const logins = new Map<string, LoginSessions | LoginRefusal>();
  for (const identity of built.logins.keys()) {
    const untouched = await logIn(built, identity, signal);
    const used = 'outcome' in untouched ? untouched : await logIn(built, identity, signal);
    if (!('outcome' in untouched) && 'outcome' in used) {
      // Otherwise it would hold the one connection that the login may have.
      await untouched.close();
    }
    logins.set(
      identity,
      'outcome' in untouched
        ? untouched
        : 'outcome' in used
          ? used
          : renewable(built, identity, signal, untouched, used),
    );
  }
  return logins;
}

function renewable(
  built: BuiltPhase,
  identity: string,
  signal: AbortSignal,
  untouched: Session,
  used: Session,
): LoginSessions {
  const sessions: LoginSessions = {
    untouched,
    used,
    renew: async () => {
      await sessions.untouched.close();
      const another = await logIn(built, identity, signal);
      if ('outcome' in another) {
        throw new RolecallError('connection-failed', {
          message: `${identity} could log in before, and now cannot: ${another.message ?? another.outcome}`,
          next: 'Look for a limit of its connections, or somebody who changes the role, and run again.',
        });
      }
      sessions.untouched = another;
    },
  };
  return sessions;
}

/** Closes the sessions that `logInAll` opened. */
export async function closeAll(logins: ReadonlyMap<string, LoginSessions | LoginRefusal>): Promise<void> {
  await Promise.all(
    [...logins.values()].flatMap((login) =>
      'untouched' in login ? [login.untouched.close(), login.used.close()] : [],
    ),
  );
}
