import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { isAlive, isGone, tagOf, taggedOwner, thisOwner } from './owner.ts';

const ended = () => Number(execFileSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }));

describe('a tag', () => {
  it('names its owner at the end of any name', async () => {
    const owner = await thisOwner();
    expect(owner.pid).toBe(process.pid);
    const tag = tagOf(owner);
    for (const name of [tag, `rolecall-${tag}-a8XkQ2`, `16.14.0-beta.17-f27d2f6d.${tag}-a8XkQ2`, `INDEX.md.${tag}`]) {
      expect(taggedOwner(name)).toEqual(owner);
    }
    const elsewhere = { pid: 7, host: '0123456789ab', boot: 'unknown', started: 'MonNov240342002026' };
    expect(taggedOwner(`rolecall-${tagOf(elsewhere)}-a8XkQ2`)).toEqual(elsewhere);
  });

  it('is not found in a name that has none', async () => {
    const tag = tagOf(await thisOwner());
    for (const name of [
      '',
      'rolecall-cache',
      'rolecall-4711-a8XkQ2',
      `rolecall-${tag}-a8XkQ2-more`,
      `rolecall-x${tag}`,
      '16.14.0-beta.17-f27d2f6d',
    ]) {
      expect(taggedOwner(name)).toBeUndefined();
    }
  });
});

describe('an owner', () => {
  it('is gone when its process is, or when the number has gone to another', async () => {
    const self = await thisOwner();
    expect(await isGone(self, self, true)).toBe(false);
    expect(await isGone({ ...self, pid: ended() }, self, true)).toBe(true);
    expect(await isGone({ ...self, started: '1' }, self, true)).toBe(true);
    expect(await isGone({ ...self, pid: 1, started: 'unknown' }, self, true)).toBe(false);
  });

  it('on another host is never called gone; one of an earlier boot only if nothing of it runs', async () => {
    const self = await thisOwner();
    const gone = { ...self, pid: ended() };
    expect(await isGone({ ...gone, host: 'another' }, self, false)).toBe(false);
    expect(await isGone({ ...gone, boot: 'earlier' }, self, true)).toBe(false);
    expect(await isGone({ ...gone, boot: 'earlier' }, self, false)).toBe(true);
  });
});

describe('a process', () => {
  it('is alive as long as it exists, whoever owns it', () => {
    expect([isAlive(process.pid), isAlive(1), isAlive(ended())]).toEqual([true, true, false]);
  });
});
