import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { startChild, type RunAs } from '../../process/child.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Releasers } from '../../process/releasers.ts';
import { serverSettings, settingFlags } from '../server-settings.ts';

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
  /** In place of ours, where a server must do more than ours do. */
  settings?: Readonly<Record<string, string>>;
}

const ownSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // In the data folder, which is removed: in /dev/shm, a server that is killed would leave it behind.
  dynamic_shared_memory_type: 'mmap',
  ...serverSettings,
};

/** Passwords here are long and random, and end with the server: to stretch them only makes each login slow. PostgreSQL 16 and later. */
const quickPasswords = { scram_iterations: '1' };

const portTries = 5;

/** Starts `postgres` on a free loopback port and resolves once it accepts connections; it is ended by `releasers`. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    const started = await tryPort(options, await freePort());
    if (typeof started !== 'string') {
      return started;
    }
    // Between our look and its bind, another program may have taken the port.
    if (attempt === portTries || !/could not bind|Address already in use/.test(started)) {
      throw new RolecallError('topology-failed', {
        message: `the embedded server did not start\n${started.trim().split('\n').slice(-8).join('\n')}`,
        next: 'See its last words above; rolecall doctor tells what this machine can run.',
      });
    }
  }
}

/** The running server, or the log of one that ended before it was ready. */
async function tryPort(
  { program, major, data, runAs, releasers, signal, settings = {} }: ServerProcessOptions,
  port: number,
): Promise<ServerProcess | string> {
  signal.throwIfAborted();
  const flags = settingFlags({
    ...ownSettings,
    ...(major >= 16 && quickPasswords),
    ...settings,
    port: String(port),
  });
  const child = startChild(program, ['-D', data, ...flags], {
    cwd: path.dirname(data),
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
    runAs,
    signal,
    killSignal: 'SIGQUIT',
  });
  // At once, by SIGQUIT: its data is about to be removed.
  const end = () => {
    child.kill('SIGQUIT');
    // One that was stopped takes no other signal.
    child.kill('SIGCONT');
  };
  const { ended } = child;
  const release = async () => {
    end();
    await ended;
  };
  await releasers.add('the embedded server', { release, atExit: end });
  const lines: string[] = [];
  const ready = new Promise<true>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (/database system is ready to accept (?:read-only )?connections/.test(line)) {
        resolve(true);
      }
    });
  });
  child.stdout.resume();
  const first = await Promise.race([ready, ended]);
  signal.throwIfAborted();
  if (first !== true) {
    return lines.length > 0 ? lines.join('\n') : first;
  }
  return {
    port,
    log: () => lines.map((line) => `${line}\n`).join(''),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
