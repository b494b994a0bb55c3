import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { tagOf, thisOwner } from '../../process/owner.ts';
import { Releasers } from '../../process/releasers.ts';
import { startTestServer, testCacheDir, testTempDirs } from '../../testing/server.ts';
import { embedded } from './embedded.ts';
import { sweepAbandoned } from './sweep.ts';

/** A program that starts a server, has sessions write there without end, prints where its data is, and ends by `end`. */
async function ended(end: string): Promise<string> {
  const script = `
    const { embedded } = await import('./embedded.ts');
    const { connect } = await import('../../postgres/session.ts');
    const { Releasers } = await import('../../process/releasers.ts');
    const options = { major: 16, cacheDir: ${JSON.stringify(testCacheDir)}, tempDirs: ${JSON.stringify(testTempDirs)}, env: {}, releasers: new Releasers(), signal: new AbortController().signal };
    const { superuser, data } = await embedded.start('head', options);
    for (const name of ['a', 'b', 'c', 'd']) {
      const session = await connect(superuser);
      session.script("do $$ begin for i in 1 .. 1000000 loop execute 'create table " + name + "_' || i || ' as select repeat(md5(i::text), 100) from generate_series(1, 100) i'; commit; end loop; end $$").catch(() => undefined);
    }
    const session = await connect(superuser);
    const count = async () => (await session.query("select count(*)::int as count from pg_catalog.pg_class where relname ~ '^[abcd]_[0-9]'"))[0].count;
    while (await count() < 200);
    console.log(data);
    ${end}`;
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const { stdout } = await execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
    { cwd, reject: false, stdin: 'ignore' },
  );
  return path.dirname(stdout.trim());
}

describe('a program that ends without stopping its server', () => {
  it.each([
    ['as a second Ctrl-C ends it', 'process.exit(130);'],
    ['by an error that nobody caught', `setImmediate(() => { throw new Error('a crash'); });`],
  ])('%s leaves neither its folder nor the server, though sessions are writing', async (_, end) => {
    const folder = await ended(end);
    expect(path.basename(folder)).toMatch(/^rolecall-/);
    expect(existsSync(folder)).toBe(false);
    const running = async () =>
      (await execa('ps', ['-A', '-ww', '-o', 'stat=,command='])).stdout
        .split('\n')
        .filter((line) => line.includes(folder) && !line.startsWith('Z'));
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
    // The server does not write it again in its last moments either.
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a cache', () => {
  /** A cache that already has the server. */
  async function cache(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-cache-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await execa('chmod', ['755', folder]);
    await symlink(path.join(testCacheDir, 'servers'), path.join(folder, 'servers'));
    return folder;
  }

  async function refused(cacheDir: string): Promise<unknown> {
    const releasers = new Releasers();
    const options = {
      major: 16,
      cacheDir,
      tempDirs: testTempDirs,
      env: {},
      releasers,
      signal: new AbortController().signal,
    };
    const error = await embedded.start('head', options).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    await releasers.release();
    return error;
  }

  const told = (message: RegExp) =>
    expect.objectContaining({
      code: 'topology-failed',
      message: expect.stringMatching(message),
      next: expect.stringMatching(/ROLECALL_CACHE_DIR and ROLECALL_TEMP_DIR/),
    });

  it('that cannot be filled is told, with the next step', async () => {
    const folder = await cache();
    await writeFile(path.join(folder, 'clusters'), '');
    expect(await refused(folder)).toEqual(
      told(/could not be made ready: \S+rolecall-cache-\w+ keeps servers and clusters[^]*EEXIST/),
    );
  });

  it('of which the data cannot be copied is told, with the next step', async () => {
    const folder = await cache();
    const [cluster] = (await readdir(path.join(testCacheDir, 'clusters'))).filter((name) =>
      /^16\.[^-]*-[^-]*-[0-9a-f]+$/.test(name),
    );
    await mkdir(path.join(folder, 'clusters', cluster!), { recursive: true });
    expect(await refused(folder)).toEqual(
      told(/could not be made ready[^]*cp: cannot stat|could not be made ready[^]*No such file/),
    );
  });

  it('is rid of what killed runs left half made', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-cache-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const self = await thisOwner();
    const { stdout: dead } = await execa(process.execPath, ['-e', 'console.log(process.pid)']);
    const abandoned = tagOf({ ...self, pid: Number(dead) });
    const kept = [
      '16.14.0-f27d2f6d',
      `16.14.0-f27d2f6d.${tagOf(self)}-a8XkQ2`,
      `16.14.0-f27d2f6d.${tagOf({ ...self, pid: Number(dead), host: '0123456789ab' })}-a8XkQ2`,
    ];
    for (const part of ['servers', 'clusters']) {
      for (const name of [...kept, `16.14.0-f27d2f6d.${abandoned}-a8XkQ2`]) {
        await mkdir(path.join(folder, part, name), { recursive: true });
        await writeFile(path.join(folder, part, name, 'password'), 'secret');
      }
    }
    await sweepAbandoned([], folder);
    for (const part of ['servers', 'clusters']) {
      expect((await readdir(path.join(folder, part))).toSorted()).toEqual(kept.toSorted());
    }
  });
});

it('is reached without TLS, whatever PGSSLMODE says', async () => {
  vi.stubEnv('PGSSLMODE', 'require');
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  expect(await server.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([{ ssl: false }]);
});
