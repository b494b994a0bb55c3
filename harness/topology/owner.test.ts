import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { isGone, labelsOf, ownerOf, runLabel, thisOwner } from './owner.ts';

describe('labels', () => {
  it('name their owner, and each server apart', async () => {
    const owner = await thisOwner();
    const [one, two] = [labelsOf(owner), labelsOf(owner)];
    expect(ownerOf(one)).toEqual(owner);
    expect(owner.pid).toBe(process.pid);
    expect(one[runLabel]).toMatch(new RegExp(`^${process.pid}-[a-z0-9]+$`));
    expect(one[runLabel]).not.toBe(two[runLabel]);
  });

  it('of somebody else name nobody', async () => {
    const whole = labelsOf(await thisOwner());
    for (const name of Object.keys(whole)) {
      expect(ownerOf({ ...whole, [name]: '' })).toBeUndefined();
    }
    expect(ownerOf({ ...whole, [runLabel]: 'not-a-number' })).toBeUndefined();
    expect(ownerOf({})).toBeUndefined();
  });
});

describe('an owner', () => {
  const ended = () => Number(execFileSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }));

  it('is gone when its process is, or when the number has gone to another', async () => {
    const self = await thisOwner();
    expect(await isGone(self, self, true)).toBe(false);
    expect(await isGone({ ...self, pid: ended() }, self, true)).toBe(true);
    expect(await isGone({ ...self, started: '1' }, self, true)).toBe(true);
    expect(await isGone({ ...self, pid: 1, started: '-' }, self, true)).toBe(false);
  });

  it('of another host is never gone, and of an earlier boot only where nothing runs', async () => {
    const self = await thisOwner();
    const gone = { ...self, pid: ended() };
    expect(await isGone({ ...gone, host: 'another' }, self, false)).toBe(false);
    expect(await isGone({ ...gone, boot: 'earlier' }, self, true)).toBe(false);
    expect(await isGone({ ...gone, boot: 'earlier' }, self, false)).toBe(true);
  });
});
