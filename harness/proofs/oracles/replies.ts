import type { Reply } from '../../attempts/attempt.ts';
import { endingOf, meaningOf } from '../../attempts/outcome.ts';

/** What the server said to a value that a hidden row holds, and to one that no row holds. */
interface Replies {
  hidden: Reply;
  absent: Reply;
}

/** Whether a constraint of the row stopped both statements, which comes before any key. */
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

/** Whether it is a policy that refuses both: they came to the table. */
export function isByPolicy({ hidden, absent }: Replies): boolean {
  return !isDeniedByGrant(hidden) && !isDeniedByGrant(absent);
}

export function reachesRow({ hidden, absent }: Replies): boolean {
  return [hidden, absent].some(({ rows, sqlstate }) => rows > 0 || sqlstate !== null);
}

export function isDeniedByGrant(reply: Reply): boolean {
  return meaningOf(reply).closedBy === 'grants';
}

/** ON CONFLICT is refused where a key of the table is deferrable; a row that collides before that key is skipped in silence. */
export function isNoArbiter({ sqlstate }: Reply): boolean {
  return sqlstate === '55000';
}

/** Whether both met a column that is always generated, which nobody may change: the server says so before it looks at privileges. */
export function isGenerated({ hidden, absent }: Replies): boolean {
  return isOfGenerated(hidden) && isOfGenerated(absent);
}

export function isOfGenerated({ sqlstate }: Reply): boolean {
  return sqlstate === '428C9';
}
