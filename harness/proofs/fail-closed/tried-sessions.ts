import type { SessionInWords } from '../../contract/session-words.ts';
import type { FailClosedCell } from './cells.ts';

/** A session that was tried, with how many of its attempts stayed within their tenant. */
export interface TriedSession extends SessionInWords {
  closed: number;
  tried: number;
}

/** The sessions of the cells, each with its numbers, in the order of the contract. */
export function triedSessions(cells: readonly FailClosedCell[], sessions: readonly SessionInWords[]): TriedSession[] {
  return sessions.flatMap((session) => {
    const own = cells.filter((cell) => isOf(cell, session));
    const closed = own.filter((cell) => cell.closed).length;
    return own.length === 0 ? [] : [{ ...session, closed, tried: own.length }];
  });
}

function isOf(cell: FailClosedCell, { session, logins }: SessionInWords): boolean {
  return session === null
    ? cell.session === undefined && logins.includes(cell.login ?? cell.identity)
    : cell.session === session;
}
