import type { Fact } from './fact.ts';
import { snapshot, snapshotSettings, type Read } from './snapshot.ts';

/** The privilege state, read in one read-only transaction that sees one moment. */
export async function readState(script: (sql: string) => Promise<void>, read: Read, serverVersionNum: number): Promise<Fact[]> {
  await script(`begin isolation level repeatable read read only; ${snapshotSettings}`);
  try {
    return await snapshot(read, serverVersionNum);
  } finally {
    await script('rollback').catch(() => undefined);
  }
}
