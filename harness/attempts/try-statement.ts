import type { Answers } from '../postgres/flight.ts';
import type { Session } from '../postgres/session.ts';
import type { Reply } from './attempt.ts';
import { refusalOf } from './classify.ts';
import type { ContextEntry } from './tenant-context.ts';
import type { TransactionStart } from './transactions.ts';

/** Two sessions of one identity: one in which no tenant was ever set, and one that has been used. */
export interface LoginSessions {
  untouched: Session;
  used: Session;
  /** Begins a transaction in them; for a mutant, with its damage. @default 'begin' */
  begin?: string;
  /** Statements in a transaction that make a session the identity; empty for a real login. */
  become?: readonly string[];
  /** Replaces `untouched` if it has held a tenant. */
  renew?: () => Promise<void>;
}

/** Why an identity could not log in: its role is absent, or the server refused it. */
export type LoginRefusal = Pick<Reply, 'outcome' | 'sqlstate' | 'message'>;

/** The stage on which a login's try runs in a context. */
export function stageOf({ untouched, used, begin = 'begin' }: LoginSessions, entry: ContextEntry): TransactionStart {
  return { session: entry.untouched ? untouched : used, begin, before: entry.before };
}

/** The reply to the statement at `place` among those that were sent. */
export function replyOf({ counts, error }: Answers, place = 0): Reply {
  const rows = counts[place];
  if (rows !== undefined || error === undefined) {
    return { outcome: 'allowed', sqlstate: null, message: null, rows: rows ?? 0 };
  }
  return { ...refusalOf(error), sqlstate: error.sqlstate, message: error.message, rows: 0 };
}
