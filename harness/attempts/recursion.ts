import type { Reply } from './attempt.ts';

/** What asks itself through a function is ended by the depth of the stack alone. */
const stackExceeded = '54001';

/** What the server sees before it runs anything: a policy whose own subquery asks its table. */
const seenBefore = '42P17';

/** Whether a statement came to the end of the stack. */
export function isOutOfStack({ sqlstate }: Pick<Reply, 'sqlstate'>): boolean {
  return sqlstate === stackExceeded;
}

/** Whether a statement ended because what it runs asks itself: seen by the server, or run to the end of the stack. */
export function isRecursion(reply: Pick<Reply, 'sqlstate'>): boolean {
  return isOutOfStack(reply) || reply.sqlstate === seenBefore;
}
