import path from 'node:path';

import { diskFull } from '../../common/disk-full.ts';
import { messageOf, RolecallError } from '../../common/errors.ts';
import { programFile } from '../../process/platform.ts';
import { randomPassword } from '../../common/random.ts';
import { withSession } from '../../postgres/session.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Target } from '../../postgres/target.ts';
import { cacheFolder } from '../cache-folder.ts';
import { makePrivateFolder, removeFolder, removeFolderNow } from '../private-folder.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology.ts';
import { findBinaries } from './binaries.ts';
import { provideCluster, superuserName } from './cluster-cache.ts';
import { startServerProcess } from './server-process.ts';
import { serverUser } from './server-user.ts';
import { sweepAbandoned } from './sweep.ts';

/** Room for two small clusters with their write-ahead logs. */
const minFreeBytes = 512 * 2 ** 20;

/** PostgreSQL from npm, one cluster per phase, on loopback, in a private temporary folder that is removed afterwards. */
export const embedded: Topology = {
  name: 'embedded',
  isolation: 'cluster-per-phase',
  start: (_phase, options) => startEmbedded(options),
};

async function startEmbedded({
  major,
  cacheDir,
  tempDirs,
  env,
  progress,
  releasers,
  signal,
}: TopologyOptions): Promise<StartedServer> {
  const runAs = await serverUser();
  await sweepAbandoned(tempDirs, cacheDir);
  const folder = await makePrivateFolder(tempDirs, minFreeBytes, runAs);
  await releasers.add(`the folder ${folder}`, {
    release: () => removeFolder(folder),
    atExit: () => removeFolderNow(folder),
  });

  const cache = await cacheFolder(cacheDir, folder, runAs !== undefined);
  const { binaries, cluster } = await provided().catch((error: unknown) => {
    signal.throwIfAborted();
    throw unusableFolder(error, cache, folder);
  });
  async function provided() {
    const found = await findBinaries(major, cache, runAs !== undefined, { env, signal, progress });
    return {
      binaries: found,
      cluster: await provideCluster({ binaries: found, cacheDir: cache, folder, runAs, signal }),
    };
  }
  const server = await startServerProcess({
    program: path.join(binaries.root, 'bin', programFile('postgres')),
    major,
    data: cluster.data,
    runAs,
    releasers,
    signal,
  });

  const cached: Target = {
    host: '127.0.0.1',
    port: server.port,
    user: superuserName,
    password: cluster.password,
    database: 'postgres',
    // The server has no TLS, whatever PGSSLMODE says.
    ssl: false,
  };
  return {
    superuser: await withOwnPassword(cached, signal),
    log: () => Promise.resolve(server.log()),
    data: cluster.data,
  };
}

/** An error in a folder as a RolecallError with the next step. A RolecallError and an internal error stay as they are. */
function unusableFolder(error: unknown, cache: string, folder: string): unknown {
  const where = `${cache} keeps servers and clusters, ${folder} the data of this run`;
  const full = diskFull(
    error,
    where,
    'Free some space there, or name other folders in ROLECALL_CACHE_DIR and ROLECALL_TEMP_DIR.',
  );
  const isOfSystem =
    error instanceof RolecallError ? error.next === undefined : error instanceof Error && 'syscall' in error;
  if (full !== undefined || !isOfSystem) {
    return full ?? error;
  }
  return new RolecallError('topology-failed', {
    message: `the embedded server could not be made ready: ${where}\n${messageOf(error)}`,
    next: 'See what is wrong with these folders, or name others in ROLECALL_CACHE_DIR and ROLECALL_TEMP_DIR.',
    cause: error,
  });
}

/** Every run that copies the cached cluster knows its password, so this copy gets its own. */
async function withOwnPassword(target: Target, signal: AbortSignal): Promise<Target> {
  const password = randomPassword();
  await withSession(target, { signal }, (session) =>
    session.script(`alter role ${quoteIdentifier(target.user)} password ${quoteLiteral(password)}`),
  );
  return { ...target, password };
}
