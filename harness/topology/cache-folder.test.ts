import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cacheFolder, makeOpen } from './cache-folder.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'rolecall-cache-'));
  await chmod(base, 0o755);
  await mkdir(path.join(base, 'run'));
});
afterEach(() => rm(base, { recursive: true }));

const at = (...names: string[]) => path.join(base, ...names);
const modeOf = async (folder: string) => ((await stat(folder)).mode & 0o777).toString(8);

describe('the folder of the cache', () => {
  it('is made, open to be read whatever the umask', async () => {
    const umask = process.umask(0o077);
    try {
      expect(await cacheFolder(at('a', 'b'), at('run'), true)).toBe(at('a', 'b'));
    } finally {
      process.umask(umask);
    }
    expect([await modeOf(at('a')), await modeOf(at('a', 'b'))]).toEqual(['755', '755']);
  });

  it('is one of the run where the wanted one cannot be made or written', async () => {
    await writeFile(at('file'), '');
    expect(await cacheFolder(at('file', 'cache'), at('run'), false)).toBe(at('run', 'cache'));
    expect(await cacheFolder('/sys/rolecall', at('run'), false)).toBe(at('run', 'cache'));
    // Node's own mkdir would never return.
    expect(await cacheFolder('/proc/rolecall/cache', at('run'), false)).toBe(at('run', 'cache'));
    expect(await modeOf(at('run', 'cache'))).toBe('755');
  });

  it('is one of the run where the server’s user cannot reach the wanted one, which stays closed', async () => {
    await mkdir(at('home', 'cache'), { recursive: true });
    await chmod(at('home'), 0o700);
    expect(await cacheFolder(at('home', 'cache'), at('run'), true)).toBe(at('run', 'cache'));
    expect(await cacheFolder(at('home', 'new'), at('run'), true)).toBe(at('run', 'cache'));
    expect(await modeOf(at('home'))).toBe('700');
    expect(await cacheFolder(at('home', 'cache'), at('run'), false)).toBe(at('home', 'cache'));
  });

  it('that is there already is left as it is', async () => {
    await mkdir(at('mine'));
    await chmod(at('mine'), 0o700);
    await makeOpen(at('mine'));
    await makeOpen(at('mine', 'x'));
    expect([await modeOf(at('mine')), await modeOf(at('mine', 'x'))]).toEqual(['700', '755']);
  });
});
