import type { Reply } from '../../attempts/attempt.ts';
import { endingOf, meaningOf } from '../../attempts/outcome.ts';

/** The server's replies to a value that a hidden row holds, and to one that no row holds. */
interface Replies {
  hidden: Reply;
  absent: Reply;
}

/** Whether a constraint of the row stopped both statements. It comes before any key. */
export function isStoppedBefore({ hidden, absent }: Replies): boolean {
  return [hidden, absent].every((reply) => {
    const ending = endingOf(reply);
    return ending.kind === 'stopped' && ending.stage === 'constraint';
  });
}

/** Whether grants or policies refuse both statements. */
export function isRefused({ hidden, absent }: Replies): boolean {
  return meaningOf(hidden).isRefusal && meaningOf(absent).isRefusal;
}

/** Whether a policy refused both statements, so that they came to the table. */
export function isByPolicy({ hidden, absent }: Replies): boolean {
  return !isDeniedByGrant(hidden) && !isDeniedByGrant(absent);
}

export function reachesRow({ hidden, absent }: Replies): boolean {
  return [hidden, absent].some(({ rows, sqlstate }) => rows > 0 || sqlstate !== null);
}

export function isDeniedByGrant(reply: Reply): boolean {
  return meaningOf(reply).closedBy === 'grants';
}

/**
 * Whether ON CONFLICT was refused because a key of the table is deferrable. A row that collides before that key is skipped
 * silently.
 */
export function isNoArbiter({ sqlstate }: Reply): boolean {
  return sqlstate === '55000';
}

/** Whether both statements met a generated column, which nobody may change. The server reports it before it checks privileges. */
export function isGenerated({ hidden, absent }: Replies): boolean {
  return isOfGenerated(hidden) && isOfGenerated(absent);
}

export function isOfGenerated({ sqlstate }: Reply): boolean {
  return sqlstate === '428C9';
}
