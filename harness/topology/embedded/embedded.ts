import { rmSync } from 'node:fs';
import path from 'node:path';

import { diskFull } from '../../common/disk-full.ts';
import { lastResort } from '../../common/last-resort.ts';
import { randomPassword } from '../../common/random.ts';
import { withSession } from '../../postgres/session.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Target } from '../../postgres/target.ts';
import { cacheFolder } from '../cache-folder.ts';
import { makePrivateFolder, removeFolder } from '../private-folder.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology.ts';
import { findBinaries } from './binaries.ts';
import { provideCluster, superuserName } from './cluster-cache.ts';
import { startServerProcess } from './server-process.ts';
import { serverUser } from './server-user.ts';
import { sweepAbandoned } from './sweep.ts';

/** Room for two small clusters with their write-ahead log. */
const room = 512 * 2 ** 20;

/** PostgreSQL from npm, one cluster per phase, on loopback, in a private temporary folder that is removed afterwards. */
export const embedded: Topology = {
  name: 'embedded',
  isolation: 'cluster-per-phase',
  start: (_phase, options) => startEmbedded(options),
};

async function startEmbedded({ major, cacheDir, tempDirs, env, progress, releasers, signal }: TopologyOptions): Promise<StartedServer> {
  const runAs = await serverUser();
  await sweepAbandoned(tempDirs);
  const folder = await makePrivateFolder(tempDirs, room, runAs);
  const forgetFolder = lastResort(() => rmSync(folder, { recursive: true, force: true }));
  await releasers.add(`the folder ${folder}`, async () => {
    await removeFolder(folder);
    forgetFolder();
  });

  const cache = await cacheFolder(cacheDir, folder, runAs !== undefined);
  const { binaries, cluster } = await provided().catch((error: unknown) => {
    throw diskFull(error, `${cache} keeps servers and clusters, ${folder} the data of this run`, 'Free some space there, or name other folders in ROLECALL_CACHE_DIR and ROLECALL_TEMP_DIR.') ?? error;
  });
  async function provided() {
    const found = await findBinaries(major, cache, runAs !== undefined, { env, signal, progress });
    return { binaries: found, cluster: await provideCluster({ binaries: found, cacheDir: cache, folder, runAs, signal }) };
  }
  const server = await startServerProcess({ program: path.join(binaries.root, 'bin', 'postgres'), data: cluster.data, runAs, signal });
  const forgetServer = lastResort(server.kill);
  await releasers.add('the embedded server', async () => {
    await server.stop();
    forgetServer();
  });

  const cached: Target = { host: '127.0.0.1', port: server.port, user: superuserName, password: cluster.password, database: 'postgres' };
  return { superuser: await withOwnPassword(cached, signal), log: () => Promise.resolve(server.log()), data: cluster.data };
}

/** The cached cluster's password is known to every run that copies it: give this one its own. */
async function withOwnPassword(target: Target, signal: AbortSignal): Promise<Target> {
  const password = randomPassword();
  await withSession(target, { signal }, (session) => session.script(`alter role ${quoteIdentifier(target.user)} password ${quoteLiteral(password)}`));
  return { ...target, password };
}
