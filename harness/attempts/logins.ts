import { RolecallError } from '../common/errors.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';
import { connect, loginRefusal, type Session } from '../postgres/session.ts';
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
    return { outcome: `error:${refusal.sqlstate}`, sqlstate: refusal.sqlstate, message: refusal.message };
  }
  const [row] = await session.query<{ role: string }>('select session_user::text as role');
  if (row!.role !== identity) {
    await session.close();
    throw new RolecallError('bad-argument', {
      message: `the URL of ${identity} logs in as ${row!.role}`,
      next: `Give the URL with which ${identity} itself logs in.`,
    });
  }
  return session;
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
