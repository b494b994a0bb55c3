import { expect } from 'vitest';

import type { TestHead } from './head.ts';

/** What `work` gives after something was done to a head by hand, which is taken back; the state must then be the one with the fingerprint `untouched`. */
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
