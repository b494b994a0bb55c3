import type { Answers } from '../postgres/flight.ts';
import type { Session } from '../postgres/session.ts';
import type { Reply } from './attempt.ts';
import { refusalOf } from './classify.ts';
import type { ContextEntry } from './tenant-context.ts';
import type { TransactionStart } from './transactions.ts';

/** Two sessions that stand for one identity: one in which no tenant was ever set, and one that has been used. */
export interface LoginSessions {
  untouched: Session;
  used: Session;
  /** Begins a transaction in them: for a mutant with its damage. @default 'begin' */
  begin?: string;
  /** What makes a session the identity, in a transaction: nothing for a real login. */
  become?: readonly string[];
  /** Puts another session in the place of `untouched`, which has held a tenant after all. */
  renew?: () => Promise<void>;
}

/** Why an identity could not log in: its role is absent, or the server's refusal. */
export type LoginRefusal = Pick<Reply, 'outcome' | 'sqlstate' | 'message'>;

/** Where what a login tries in a context is run. */
export function stageOf({ untouched, used, begin = 'begin' }: LoginSessions, entry: ContextEntry): TransactionStart {
  return { session: entry.untouched ? untouched : used, begin, before: entry.before };
}

/** What the statement at `place` of those that were sent came to. */
export function replyOf({ counts, error }: Answers, place = 0): Reply {
  const rows = counts[place];
  if (rows !== undefined || error === undefined) {
    return { outcome: 'allowed', sqlstate: null, message: null, rows: rows ?? 0 };
  }
  return { ...refusalOf(error), sqlstate: error.sqlstate, message: error.message, rows: 0 };
}
