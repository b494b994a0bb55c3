import { expect } from 'vitest';

import type { TestHead } from './head.ts';

/** Runs `work` after a manual change of head, then undoes the change. The state must then have the fingerprint `untouched`. */
export async function whileChanged<T>(
  { superuser, fingerprint }: Pick<TestHead, 'superuser' | 'fingerprint'>,
  untouched: string,
  { damage, undo }: { damage: string; undo: string },
  work: () => Promise<T>,
): Promise<T> {
  await superuser.script(damage);
  try {
    return await work();
  } finally {
    await superuser.script(undo);
    expect(await fingerprint()).toBe(untouched);
  }
}
