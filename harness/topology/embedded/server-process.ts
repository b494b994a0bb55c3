import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import type { RunAs } from '../../process/child.ts';
import { isWindows, type Platform } from '../../process/platform.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Releasers } from '../../process/releasers.ts';
import { serverSettings, settingFlags } from '../server-settings.ts';
import { startChildPostmaster } from './child-postmaster.ts';
import { startControlledPostmaster } from './controlled-postmaster.ts';
import type { StartPostmaster } from './postmaster.ts';

export interface ServerProcess {
  port: number;
  log(): string;
}

export interface ServerProcessOptions {
  program: string;
  major: number;
  data: string;
  runAs: RunAs | undefined;
  releasers: Releasers;
  signal: AbortSignal;
  /** Replaces our settings, for a server that must do more than ours. */
  settings?: Readonly<Record<string, string>>;
}

/** The settings that every server of ours is started with. */
export function ownSettings(platform: Platform = process.platform): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // In the data folder, which is removed. In /dev/shm, a killed server would leave it behind. Windows has only one kind.
    dynamic_shared_memory_type: isWindows(platform) ? 'windows' : 'mmap',
    ...serverSettings,
  };
}

/**
 * Passwords here are long and random, and end with the server. Stretching them would only make each login slow. PostgreSQL 16 and
 * later.
 */
const quickPasswords = { scram_iterations: '1' };

const portTries = 5;

/** Starts `postgres` on a free loopback port and resolves once it accepts connections. `releasers` end it. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    const started = await tryPort(options, await freePort());
    if (typeof started !== 'string') {
      return started;
    }
    // After our check and before its bind, another program may have taken the port.
    if (
      attempt === portTries ||
      !/could not bind|Address already in use|Only one usage of each socket address/.test(started)
    ) {
      throw new RolecallError('topology-failed', {
        message: `the embedded server did not start\n${started.trim().split('\n').slice(-8).join('\n')}`,
        next: 'See its last words above; rolecall doctor tells what this machine can run.',
      });
    }
  }
}

/** The running server, or the log of a server that ended before it was ready. */
async function tryPort(
  { program, major, data, runAs, releasers, signal, settings = {} }: ServerProcessOptions,
  port: number,
): Promise<ServerProcess | string> {
  signal.throwIfAborted();
  const flags = settingFlags({
    ...ownSettings(),
    ...(major >= 16 && quickPasswords),
    ...settings,
    port: String(port),
  });
  const start: StartPostmaster = isWindows() ? startControlledPostmaster : startChildPostmaster;
  const started = await start({ program, data, flags, runAs, releasers, signal });
  return typeof started === 'string' ? started : { port, log: started.log };
}

/** A loopback port on which nobody listens. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
