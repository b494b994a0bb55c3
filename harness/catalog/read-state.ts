import type { Fact } from './fact.ts';
import { snapshot, snapshotSettings, type Read } from './snapshot.ts';

/** Begins a read-only transaction with one snapshot. */
export const readOnly = 'begin isolation level repeatable read read only';

/** The privilege state, read in the transaction that `opening` begins and that is rolled back. */
export async function readState(
  script: (sql: string) => Promise<void>,
  read: Read,
  serverVersionNum: number,
  opening = readOnly,
): Promise<Fact[]> {
  try {
    // The server may refuse a statement of the opening after it has begun the transaction.
    await script(`${opening}; ${snapshotSettings}`);
    return await snapshot(read, serverVersionNum);
  } finally {
    await script('rollback').catch(() => undefined);
  }
}
