import { sql } from '../common/sql.ts';
import { RolecallError } from '../common/errors.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';
import { connect, loginRefusal, withSession, type Session } from '../postgres/session.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';
import { liftIdleLimits } from '../postgres/unhindered.ts';
import type { BuiltPhase } from './built-phase.ts';

/** Opens a session as a login, or says why the server would not let it in: an answer, not a failure of ours. */
export async function logIn(built: BuiltPhase, identity: string, signal: AbortSignal): Promise<Session | LoginRefusal> {
  const target = built.logins.get(identity);
  if (target === undefined) {
    // Asked of pg_roles before: to a stranger the server says the same of a wrong password and of no role.
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
    // A login whose own settings let it do nothing, as a statement_timeout of 1 ms.
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

/** Who the session is; limits of time are lifted by which a login would be cut off while another one is asked. */
async function firstAnswer(session: Session): Promise<string | ServerError> {
  try {
    const [, [row]] = await Promise.all([
      // Sent without waiting: between two messages a session is idle.
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

/** A session that ended before it answered anything, as by an idle_session_timeout of 1 ms: SQLSTATE as the server's own for a failed connection. */
const lost = { sqlstate: '08006', routine: undefined, detail: undefined, hint: undefined, position: undefined };

function refusedAs({ sqlstate, message }: ServerError, reason: string): LoginRefusal {
  return { outcome: `error:${sqlstate}`, sqlstate, message: `${message}${reason}` };
}

/** Why the server refused, where the role itself says it: to the login it says less. */
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
      // Else it would hold the connection that the login may have.
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

/** Closes what logInAll opened. */
export async function closeAll(logins: ReadonlyMap<string, LoginSessions | LoginRefusal>): Promise<void> {
  await Promise.all(
    [...logins.values()].flatMap((login) =>
      'untouched' in login ? [login.untouched.close(), login.used.close()] : [],
    ),
  );
}
