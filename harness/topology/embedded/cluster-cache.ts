import { chmod, chown, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { runGroup, type RunAs } from '../../process/child.ts';
import { programFile, systemEnv } from '../../process/platform.ts';
import { sha256 } from '../../common/digest.ts';
import { randomPassword } from '../../common/random.ts';
import { removeFolder } from '../private-folder.ts';
import type { Binaries } from './binaries.ts';
import { cacheEntry } from './cache-entry.ts';
import { copyTree } from './copy-tree.ts';

const initdbOptions = [
  '--username=postgres',
  '--encoding=UTF8',
  '--locale=C',
  '--auth=scram-sha-256',
  '--no-sync',
  '--wal-segsize=1',
];

export const superuserName = 'postgres';

/** Only over loopback, only with a password, without a Unix socket. */
const hostBasedAccess = ['host all all 127.0.0.1/32 scram-sha-256', ''].join('\n');

export interface ClusterSource {
  binaries: Binaries;
  cacheDir: string;
  /** The private folder of the run, in which `data/` is made. */
  folder: string;
  runAs: RunAs | undefined;
  signal: AbortSignal;
}

/**
 * Puts an initialised data folder at `<folder>/data` and returns it with its superuser's password. It is a copy from the cache,
 * which is filled first if it has none of this server version. The caller gives the copy its own password.
 */
export async function provideCluster(source: ClusterSource): Promise<{ data: string; password: string }> {
  const { folder, runAs, signal } = source;
  const cached = await cachedCluster(source);
  const data = path.join(folder, 'data');
  await copyTree(path.join(cached, 'data'), data, { cwd: folder, owner: runAs, signal });
  return { data, password: await readFile(path.join(cached, 'password'), 'utf8') };
}

async function cachedCluster(source: ClusterSource): Promise<string> {
  const { binaries, cacheDir } = source;
  const recipe = sha256(`${initdbOptions.join(' ')}\n${hostBasedAccess}`).slice(0, 8);
  await mkdir(path.join(cacheDir, 'clusters'), { recursive: true, mode: 0o700 });
  return cacheEntry(cacheDir, 'clusters', `${binaries.version}-${recipe}`, (draft) => initialise(source, draft));
}

/** Runs initdb in the run's folder, where the server's user can write, and moves the result to `draft`. */
async function initialise({ binaries, folder, runAs, signal }: ClusterSource, draft: string): Promise<void> {
  const password = randomPassword();
  const work = await mkdtemp(path.join(folder, 'initdb-'));
  const passwordFile = path.join(work, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const made of runAs === undefined ? [] : [work, passwordFile]) {
    await chown(made, runAs!.uid, runAs!.gid);
  }
  const data = path.join(work, 'data');
  await runGroup(
    path.join(binaries.root, 'bin', programFile('initdb')),
    [...initdbOptions, `--pwfile=${passwordFile}`, `--pgdata=${data}`],
    {
      cwd: work,
      env: { ...systemEnv(), LC_ALL: 'C', TZ: 'UTC' },
      runAs,
      signal,
      next: 'Run rolecall doctor, and see what initdb printed above.',
    },
  );
  await writeFile(path.join(data, 'pg_hba.conf'), hostBasedAccess);
  // In the cache it belongs to us: the server's user must not be able to change what later runs copy.
  const owner = runAs === undefined ? undefined : { uid: process.getuid!(), gid: process.getgid!() };
  await copyTree(data, path.join(draft, 'data'), { cwd: folder, owner, signal });
  await writeFile(path.join(draft, 'password'), password, { mode: 0o600 });
  await chmod(draft, 0o700);
  await removeFolder(work);
}
