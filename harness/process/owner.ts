import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

import { runChild } from './child.ts';
import { isWindows, systemEnv } from './platform.ts';
import { sha256 } from '../common/digest.ts';

/** The process that owns something on this machine. */
export interface Owner {
  /** Digest of machine and process namespace. Process ids mean nothing outside of them. */
  host: string;
  /** When the machine booted; `unknown` if that cannot be read. */
  boot: string;
  pid: number;
  /** When the process began, which distinguishes it from a later one with the same id; `unknown` if that cannot be read. */
  started: string;
}

const unknown = 'unknown';

/** This process. */
export async function thisOwner(): Promise<Owner> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => unknown);
  return {
    host: sha256([hostname(), machine.trim(), namespace].join('\n')).slice(0, 12),
    boot: boot.trim().slice(0, 8),
    pid: process.pid,
    started: (await startOf(process.pid)) ?? unknown,
  };
}

/** The owner as part of a file's name, so that it exists as soon as the file. */
export function tagOf({ pid, host, boot, started }: Owner): string {
  return `${pid}-${host}-${boot}-${started}`;
}

/** The owner whose tag a name ends in, with or without a random suffix; undefined for any other name. */
export function taggedOwner(name: string): Owner | undefined {
  const [, pid, host, boot, started] =
    /(?:^|[.-])(\d+)-([0-9a-f]{12})-([0-9a-f]{8}|unknown)-([A-Za-z0-9]+)(?:-[A-Za-z0-9]+)?$/.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), host: host!, boot: boot!, started: started! };
}

/**
 * Whether the process is certainly gone. A process of another host never is. A process of an earlier boot is gone only if its
 * property does not run (`isRunning`): two machines may have one name, and a reboot stops everything that ran.
 */
export async function isGone(owner: Owner, self: Owner, isRunning: boolean): Promise<boolean> {
  if (owner.host !== self.host) {
    return false;
  }
  if (owner.boot !== self.boot) {
    return !isRunning;
  }
  if (!isAlive(owner.pid)) {
    return true;
  }
  const started = await startOf(owner.pid);
  return started !== undefined && owner.started !== unknown && started !== owner.started;
}

/** Whether a process with that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in the unit of the system; `ended` if it waits to be reaped; undefined if it cannot be read. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // The name of the program is in brackets and may contain anything.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields?.[0] === 'Z' ? 'ended' : fields?.[19];
  }
  if (isWindows()) {
    return undefined;
  }
  const printed = await runChild('ps', ['-o', 'lstart=', '-p', String(pid)], {
    cwd: '/',
    env: { ...systemEnv(), LC_ALL: 'C', TZ: 'UTC' },
  }).catch(() => '');
  return printed.replaceAll(/\W/g, '') || undefined;
}
