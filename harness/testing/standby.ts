import { appendFile, chown, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { sqlFolder } from '../migrations/sql-folder.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { readProject } from '../pipeline/project.ts';
import { connect, type Session } from '../postgres/session.ts';
import { urlOf, type Target } from '../postgres/target.ts';
import { Releasers } from '../process/releasers.ts';
import { findBinaries } from '../topology/embedded/binaries.ts';
import { provideCluster, superuserName } from '../topology/embedded/cluster-cache.ts';
import { startServerProcess } from '../topology/embedded/server-process.ts';
import { serverUser } from '../topology/embedded/server-user.ts';
import { makePrivateFolder, removeFolder } from '../topology/private-folder.ts';
import { contractFile } from './head.ts';
import { testCacheDir, testTempDirs } from './server.ts';

/** This project's head on a server, and a hot standby of it. */
export interface ReplicatedHead {
  primary: Session;
  /** URLs of the standby. */
  urls: { superuser: string; app_user: string };
  /** Waits until the standby has everything that was written. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings that streaming replication needs, which our servers change for speed. */
const replicating = { wal_level: 'replica', max_wal_senders: '4' };

/** Starts both servers. The standby begins as a base backup of the running server, and follows it by streaming. */
export async function startReplicatedHead(): Promise<ReplicatedHead> {
  const releasers = new Releasers();
  const { signal } = new AbortController();
  const runAs = await serverUser();
  const folder = await makePrivateFolder(testTempDirs, 0, runAs);
  await releasers.add(folder, { release: () => removeFolder(folder) });
  const binaries = await findBinaries(16, testCacheDir, runAs !== undefined, { env: {}, signal, progress: undefined });
  const cluster = await provideCluster({ binaries, cacheDir: testCacheDir, folder, runAs, signal });
  const start = async (data: string): Promise<Target> => {
    const { port } = await startServerProcess({
      program: path.join(binaries.root, 'bin', 'postgres'),
      major: 16,
      data,
      runAs,
      releasers,
      signal,
      settings: replicating,
    });
    return {
      host: '127.0.0.1',
      port,
      user: superuserName,
      password: cluster.password,
      database: 'postgres',
      ssl: false,
    };
  };
  // `all` means every database, but not replication.
  await appendFile(path.join(cluster.data, 'pg_hba.conf'), 'host replication all 127.0.0.1/32 scram-sha-256\n');
  const superuser = await start(cluster.data);

  const project = await readProject(contractFile);
  const migrator = sqlFolder(project.resolve('migrations'), signal);
  const server = { superuser, log: () => Promise.resolve('') };
  const built = await buildPhase('head', { server, project, migrator, reporter: {}, signal, passwords: new Map() });
  const primary = await connect(built.superuser);
  await providePgtap(primary, 'load');

  const copy = path.join(folder, 'standby');
  await backUp(primary, cluster.data, copy);
  const source = `host=127.0.0.1 port=${superuser.port} user=${superuserName} password=${cluster.password}`;
  await writeFile(path.join(copy, 'standby.signal'), '');
  await writeFile(path.join(copy, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  await ownedBy(runAs, copy);
  const { port } = await start(copy);
  const standby = await connect({ ...built.superuser, port });
  return {
    primary,
    urls: {
      superuser: urlOf({ ...built.superuser, port }),
      app_user: urlOf({ ...built.logins.get('app_user')!, port }),
    },
    caughtUp: async () => {
      // A server that is set for speed flushes and sends commits later.
      await primary.script('checkpoint');
      const [written] = await primary.query<{ lsn: string }>(
        'select pg_catalog.pg_current_wal_flush_lsn()::text as lsn',
      );
      const replayed = 'select pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_lsn as done';
      while ((await standby.query<{ done: boolean }>(replayed, [written!.lsn]))[0]?.done !== true) {
        await delay(20);
      }
    },
    stop: async () => {
      await Promise.all([primary.close(), standby.close()]);
      await releasers.release();
    },
  };
}

/** What pg_basebackup does, which the npm packages lack: the files of a running server, and its backup label. */
async function backUp(session: Session, from: string, to: string): Promise<void> {
  await session.query(`select pg_catalog.pg_backup_start('standby', fast => true)`);
  await mkdir(to, { mode: 0o700 });
  for (const name of await readdir(from)) {
    if (!['postmaster.pid', 'postmaster.opts', 'pg_replslot'].includes(name)) {
      await cp(path.join(from, name), path.join(to, name), { recursive: true, verbatimSymlinks: true });
    }
  }
  await mkdir(path.join(to, 'pg_replslot'), { mode: 0o700 });
  const [stopped] = await session.query<{ label: string }>(
    'select labelfile as label from pg_catalog.pg_backup_stop(wait_for_archive => false)',
  );
  await writeFile(path.join(to, 'backup_label'), stopped!.label);
}

async function ownedBy(user: { uid: number; gid: number } | undefined, folder: string): Promise<void> {
  if (user === undefined) {
    return;
  }
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chown(path.join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}
