import { expect, it } from 'vitest';

import { rename } from './rename.ts';

/** A file system that refuses the first `times` renames. */
function refusing(times: number, code: string) {
  const calls: string[] = [];
  return {
    calls,
    tryIt: (from: unknown, to: unknown) => {
      calls.push(`${String(from)} → ${String(to)}`);
      if (calls.length <= times) {
        throw Object.assign(new Error(code), { code });
      }
    },
  };
}

it('what a program holds open on Windows is renamed once it lets go', () => {
  const { calls, tryIt } = refusing(3, 'EPERM');
  rename('a', 'b', 'win32', tryIt);
  expect(calls).toEqual(Array.from({ length: 4 }, () => 'a → b'));
});

it('elsewhere, and where something else is wrong, it is refused at once', () => {
  const elsewhere = refusing(1, 'EPERM');
  expect(() => rename('a', 'b', 'linux', elsewhere.tryIt)).toThrow('EPERM');
  const gone = refusing(1, 'ENOENT');
  expect(() => rename('a', 'b', 'win32', gone.tryIt)).toThrow('ENOENT');
  expect([elsewhere.calls.length, gone.calls.length]).toEqual([1, 1]);
});
