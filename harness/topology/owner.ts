import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

import { runChild } from '../common/child.ts';
import { sha256 } from '../common/digest.ts';
import { randomPassword } from '../common/random.ts';
import { isAlive } from './private-folder.ts';

/** The process a container belongs to, as its labels tell. */
export interface Owner {
  /** Digest of machine and process namespace: process numbers mean nothing outside it. */
  host: string;
  /** Since when the machine runs; `-` where that cannot be known. */
  boot: string;
  pid: number;
  /** When the process began: tells it from a later one of the same number. */
  started: string;
}

export const runLabel = 'org.rolecall.run';

/** This process. */
export async function thisOwner(): Promise<Owner> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '-');
  return {
    host: sha256([hostname(), machine.trim(), namespace].join('\n')).slice(0, 16),
    boot: boot.trim(),
    pid: process.pid,
    started: (await startOf(process.pid)) ?? '-',
  };
}

/** Labels for what one server is made of; `run` differs for each. */
export function labelsOf({ host, boot, pid, started }: Owner): Record<string, string> {
  return {
    [runLabel]: `${pid}-${randomPassword().replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 12).toLowerCase()}`,
    'org.rolecall.started': started,
    'org.rolecall.host': host,
    'org.rolecall.boot': boot,
  };
}

/** The owner that labels name; undefined where they are not ours, or not whole. */
export function ownerOf(labels: Readonly<Record<string, string>>): Owner | undefined {
  const { [runLabel]: run = '', 'org.rolecall.started': started, 'org.rolecall.host': host, 'org.rolecall.boot': boot } = labels;
  const pid = /^(\d+)-/.exec(run)?.[1];
  return pid === undefined || !started || !host || !boot ? undefined : { host, boot, pid: Number(pid), started };
}

/**
 * Whether the process is certainly gone. One of another host never is; one of an earlier boot is only where what it owns
 * does not run (`isRunning`): two machines may have one name, and a reboot stops containers.
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
  return started !== undefined && owner.started !== '-' && started !== owner.started;
}

/** When a process began, in what unit the system has; `ended` for one that waits to be reaped; undefined where it cannot be seen. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // The name of the program stands in brackets and may hold anything.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields?.[0] === 'Z' ? 'ended' : fields?.[19];
  }
  const printed = await runChild('ps', ['-o', 'lstart=', '-p', String(pid)], { cwd: '/', env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' } }).catch(() => '');
  return printed.trim() || undefined;
}
