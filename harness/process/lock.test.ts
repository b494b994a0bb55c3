import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChild } from './child.ts';
import { tagOf, thisOwner } from './owner.ts';
import { withLock } from './lock.ts';
import { placeMark } from './lock-mark.ts';
import type { Platform } from './platform.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-lock-'));
  file = path.join(folder, '.lock');
});
afterEach(() => rm(folder, { recursive: true }));

const deadPid = async () =>
  Number(await runChild(process.execPath, ['-e', 'console.log(process.pid)'], { cwd: folder }));
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Work that notes how many others are at work at the same time. */
function counted(log: number[]): () => Promise<void> {
  let inside = 0;
  return async () => {
    inside += 1;
    log.push(inside);
    await settled();
    inside -= 1;
  };
}

describe.each<Platform>(['linux', 'win32'])('a lock as on %s', (platform) => {
  const lock = <T>(work: () => Promise<T>, waitMs?: number) => withLock(file, work, waitMs, platform);
  const mark = (tag: string, at = file) => placeMark(at, tag, platform);

  it('admits one holder at a time, and is removed afterwards, even after a failure', async () => {
    const log: number[] = [];
    const work = counted(log);
    await Promise.all(Array.from({ length: 10 }, () => lock(work)));
    expect(log).toEqual(Array.from({ length: 10 }, () => 1));
    await expect(lock(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });

  it('that is stale is taken over by exactly one of those who wait, even when one of them dies while taking it', async () => {
    const dead = tagOf({ ...(await thisOwner()), pid: await deadPid() });
    await mark(dead);
    await mark(dead, `${file}.takeover`);
    const log: number[] = [];
    const work = counted(log);
    await Promise.all(Array.from({ length: 10 }, () => lock(work)));
    expect(log).toEqual(Array.from({ length: 10 }, () => 1));
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a process that is alive', {}, `process ${process.pid}`],
    ['a process of another machine', { host: '0123456789ab', pid: 7 }, 'process 7'],
  ])('of %s is waited for, and refused in the end', async (_, owner, named) => {
    await mark(tagOf({ ...(await thisOwner()), ...owner }));
    await expect(lock(() => Promise.resolve(), 100)).rejects.toMatchObject({
      code: 'bad-pack',
      message: expect.stringContaining(`${file} is held: ${named}`),
      next: expect.stringContaining('remove that file'),
    });
    expect(await readdir(folder)).toEqual(['.lock']);
  });

  it('that cannot be made is refused', async () => {
    await expect(
      withLock(path.join(folder, 'gone', '.lock'), () => Promise.resolve(), 100, platform),
    ).rejects.toMatchObject({
      code: 'bad-pack',
      message: expect.stringMatching(/^cannot lock \S+gone: ENOENT/),
      next: expect.stringContaining('--out'),
    });
  });
});
