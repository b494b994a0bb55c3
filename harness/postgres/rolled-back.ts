import type { Session } from './session.ts';

/**
 * What `work` gives in the transaction that `opening` begins. It is rolled back however that ends, also where a statement of the
 * opening itself is refused: the server has begun the transaction by then.
 */
export async function rolledBack<T>(session: Session, opening: string, work: () => Promise<T>): Promise<T> {
  try {
    await session.script(opening);
    return await work();
  } finally {
    await session.script('rollback').catch(() => undefined);
  }
}
