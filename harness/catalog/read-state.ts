import type { Fact } from './fact.ts';
import { snapshot, snapshotSettings, type Read } from './snapshot.ts';

/** Begins a transaction that sees one moment and only reads. */
export const readOnly = 'begin isolation level repeatable read read only';

/** The privilege state, read in the transaction that `opening` begins, which is rolled back. */
export async function readState(
  script: (sql: string) => Promise<void>,
  read: Read,
  serverVersionNum: number,
  opening = readOnly,
): Promise<Fact[]> {
  try {
    // A statement of the opening may be refused: the server has begun the transaction by then.
    await script(`${opening}; ${snapshotSettings}`);
    return await snapshot(read, serverVersionNum);
  } finally {
    await script('rollback').catch(() => undefined);
  }
}
