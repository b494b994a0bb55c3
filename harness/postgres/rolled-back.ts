import type { Session } from './session.ts';

/**
 * The result of `work` in the transaction that `opening` begins. It is always rolled back, even if a statement of the opening is
 * refused: the server has begun the transaction by then.
 */
export async function rolledBack<T>(session: Session, opening: string, work: () => Promise<T>): Promise<T> {
  try {
    await session.script(opening);
    return await work();
  } finally {
    await session.script('rollback').catch(() => undefined);
  }
}
