import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

import { runChild } from './child.ts';
import { isWindows, systemEnv } from './platform.ts';
import { sha256 } from '../common/digest.ts';

/** The process that something on this machine belongs to. */
export interface Owner {
  /** Digest of machine and process namespace: process numbers mean nothing outside it. */
  host: string;
  /** Since when the machine runs; `unknown` where that cannot be seen. */
  boot: string;
  pid: number;
  /** When the process began, which tells it from a later one of the same number; `unknown` where that cannot be seen. */
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

/** The owner as part of a file's name: it is there as soon as the file is. */
export function tagOf({ pid, host, boot, started }: Owner): string {
  return `${pid}-${host}-${boot}-${started}`;
}

/** The owner whose tag a name ends in, with or without something random after it; undefined for the name of anything else. */
export function taggedOwner(name: string): Owner | undefined {
  const [, pid, host, boot, started] =
    /(?:^|[.-])(\d+)-([0-9a-f]{12})-([0-9a-f]{8}|unknown)-([A-Za-z0-9]+)(?:-[A-Za-z0-9]+)?$/.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), host: host!, boot: boot!, started: started! };
}

/**
 * Whether the process is certainly gone. One of another host never is; one of an earlier boot is only where what it owns
 * does not run (`isRunning`): two machines may have one name, and a reboot stops whatever ran.
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

/** Whether a process of that number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in what unit the system has; `ended` for one that waits to be reaped; undefined where it cannot be seen. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // The name of the program stands in brackets and may hold anything.
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
