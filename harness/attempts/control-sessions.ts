import type { SqlText } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';
import type { Hand } from './hand.ts';
import type { Hands } from './hands.ts';
import type { ContextRecord } from './session-parts.ts';
import type { TransactionStart } from './transactions.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';

/** Sessions in which hands run statements: the observing session, or one of a login. */
export interface ControlSessions {
  hands: Hands;
  /** The observing session. */
  session: Session;
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>;
  /** Begins each transaction. */
  begin: SqlText;
}

/** Where a hand runs a statement, as a tenant if it needs one; undefined if its login could not connect. */
export function placeOf(
  { hands, session, logins, begin }: ControlSessions,
  hand: Hand,
  record?: ContextRecord | null,
): { stage: TransactionStart; give: SqlText[]; enter: SqlText[] } | undefined {
  const name = hands.loginOf(hand);
  const login = name === undefined ? undefined : logins.get(name);
  if (name !== undefined && (login === undefined || !('used' in login))) {
    return undefined;
  }
  return {
    stage: { session: login !== undefined && 'used' in login ? login.used : session, begin, before: [] },
    give: hands.give(hand),
    enter: hands.become(hand, hands.seesSomeApart ? record : undefined),
  };
}

/** Runs `work` with sessions of the logins that read tables, each in a transaction that is rolled back. */
export async function withReaders<T>(
  { hands, logins, begin }: ControlSessions,
  work: (sessions: ReadonlyMap<string, Session>) => Promise<T>,
): Promise<T> {
  const sessions = new Map(
    [...logins].flatMap(([name, login]) => (hands.lends(name) && 'used' in login ? [[name, login.used] as const] : [])),
  );
  try {
    await Promise.all([...sessions.values()].map((session) => session.script(begin)));
    return await work(sessions);
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.send('rollback')));
  }
}
