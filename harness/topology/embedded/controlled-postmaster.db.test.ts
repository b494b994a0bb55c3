import { existsSync } from 'node:fs';
import path from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Releasers } from '../../process/releasers.ts';
import { withSession } from '../../postgres/session.ts';
import { testCacheDir, testTempDirs } from '../../testing/server.ts';
import { makePrivateFolder, removeFolder } from '../private-folder.ts';
import { settingFlags } from '../server-settings.ts';
import { findBinaries } from './binaries.ts';
import { provideCluster, superuserName } from './cluster-cache.ts';
import { optionsText, startControlledPostmaster } from './controlled-postmaster.ts';
import { freePort, ownSettings } from './server-process.ts';
import { serverUser } from './server-user.ts';

// As on Windows, with the pg_ctl of this platform. Only the program's file and the shell that it starts differ there.

let releasers: Releasers;
let folder: string;
beforeEach(() => {
  releasers = new Releasers();
});
afterEach(async () => {
  await releasers.release();
  await removeFolder(folder);
});

async function start(settings: Record<string, string>, signal = new AbortController().signal) {
  const runAs = await serverUser();
  folder = await makePrivateFolder(testTempDirs, 0, runAs);
  const options = { env: {}, signal, progress: undefined };
  const binaries = await findBinaries(16, testCacheDir, runAs !== undefined, options);
  const cluster = await provideCluster({
    binaries,
    cacheDir: testCacheDir,
    folder,
    runAs,
    signal: new AbortController().signal,
  });
  const port = await freePort();
  const started = startControlledPostmaster({
    program: path.join(binaries.root, 'bin', 'postgres'),
    data: cluster.data,
    flags: settingFlags({ ...ownSettings(), port: String(port), ...settings }),
    runAs,
    releasers,
    signal,
  });
  return {
    started,
    superuser: {
      host: '127.0.0.1',
      port,
      user: superuserName,
      password: cluster.password,
      database: 'postgres',
      ssl: false,
    },
  };
}

const running = async () =>
  (await execa('ps', ['-A', '-ww', '-o', 'stat=,command='])).stdout
    .split('\n')
    .filter((line) => line.includes(folder) && !line.startsWith('Z'));

describe('a server that pg_ctl starts', () => {
  it('takes connections with our settings, tells its log, and is gone once it is released, though a session is open', async () => {
    const { started, superuser } = await start({});
    const server = await started;
    expect(server).not.toBeTypeOf('string');
    const broken = withSession(superuser, {}, async (session) => {
      const [row] = await session.query(
        "select current_setting('fsync') as fsync, current_setting('log_line_prefix') as prefix, current_setting('unix_socket_directories') as sockets",
      );
      expect(row).toEqual({ fsync: 'off', prefix: '', sockets: '' });
      const sleeping = expect(session.query('select pg_catalog.pg_sleep(600)')).rejects.toThrow();
      await releasers.release();
      await sleeping;
      await session.query('select 1');
    });
    await expect(broken).rejects.toThrow();
    expect((server as { log(): string }).log()).toContain('database system is ready to accept connections\n');
    expect(existsSync(path.join(folder, 'data', 'postmaster.pid'))).toBe(false);
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
  });

  it('and does not start gives its log', async () => {
    const { started } = await start({ shared_buffers: 'many' });
    expect(await started).toContain('invalid value for parameter "shared_buffers": "many"');
  });

  it('and is interrupted as it starts is ended all the same', async () => {
    const controller = new AbortController();
    const { started } = await start({}, controller.signal);
    controller.abort(new Error('interrupted'));
    await expect(started).rejects.toThrow('interrupted');
    await releasers.release();
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
  });
});

it('settings are quoted for the shell of pg_ctl where they need it', () => {
  expect(optionsText(['-c', 'port=5432', '-c', 'log_line_prefix=%m ', '-c', 'unix_socket_directories='])).toBe(
    '-c port=5432 -c "log_line_prefix=%m " -c unix_socket_directories=',
  );
});
