import type { ContextName, Tenancy } from '../contract/contract.ts';
import type { Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Reply } from './attempt.ts';
import { refusalOf } from './classify.ts';
import { enterContext, needsUntouchedSession } from './tenant-context.ts';

/**
 * Two sessions that stand for one identity: one in which no tenant was ever set, and one that has been used. `opening` begins
 * a transaction in which they are that identity: `begin` for a real login; for a mutant also its damage, and for a session of
 * the superuser the SET LOCAL SESSION AUTHORIZATION.
 */
export interface LoginSessions {
  untouched: Session;
  used: Session;
  opening?: string;
}

/** Why an identity could not log in: its role is absent, or the server's refusal. */
export type LoginRefusal = Pick<Reply, 'outcome' | 'sqlstate' | 'message'>;

export interface TryOptions {
  /** What a COPY … FROM STDIN is given. */
  input?: string | undefined;
  /** What the tenant that had the session before did in it. */
  before?: string;
  /** Commit what was refused or touched no row, so that others can see whether it left something all the same. */
  commitRefused?: boolean;
}

/** Executes one statement as a login in a tenant context, in a transaction that is rolled back. */
export function tryAs(
  { untouched, used, opening }: LoginSessions,
  context: ContextName | 'none',
  tenancy: Tenancy | undefined,
  sql: string,
  options?: TryOptions,
): Promise<Reply> {
  const session = needsUntouchedSession(context) ? untouched : used;
  return tryStatement(session, sql, () => enterContext(session, context, tenancy, opening, options?.before), options);
}

/** Executes one statement in the transaction that `enter` opens, and rolls back. */
export async function tryStatement(
  session: Session,
  sql: string,
  enter: () => Promise<void>,
  { input, commitRefused = false }: TryOptions = {},
): Promise<Reply> {
  let end = 'rollback';
  await enter();
  try {
    const rows = input === undefined ? await session.rowCount(sql) : await session.copyIn(sql, input);
    end = commitRefused && rows === 0 ? 'commit' : end;
    return { outcome: 'allowed', sqlstate: null, message: null, rows };
  } catch (error) {
    const server = serverError(error);
    if (server === undefined) {
      throw error;
    }
    end = commitRefused ? 'commit' : end;
    return { ...refusalOf(server), sqlstate: server.sqlstate, message: server.message, rows: 0 };
  } finally {
    await session.script(end).catch(() => undefined);
  }
}
