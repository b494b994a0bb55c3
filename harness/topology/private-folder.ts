import { constants } from 'node:fs';
import { access, chown, mkdtemp, readdir, realpath, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

import type { RunAs } from '../common/child.ts';
import { RolecallError } from '../common/errors.ts';

/** Prefix of our temporary folders; the pid of the process that made one follows. */
export const folderPrefix = 'rolecall-';

/** Whether any user of this machine can get to `folder`: every folder above it lets others pass. */
export async function isReachable(folder: string): Promise<boolean> {
  for (let at = await realpath(folder); ; at = path.dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) {
      return false;
    }
    if (at === path.dirname(at)) {
      return true;
    }
  }
}

/**
 * Makes a folder that only `owner` can enter, in the first of `candidates` that has `room` bytes free, is writable, and
 * can be reached by the owner. Refuses with `topology-failed` when none will do.
 */
export async function makePrivateFolder(candidates: readonly string[], room: number, owner: RunAs | undefined): Promise<string> {
  const refused: string[] = [];
  for (const base of candidates) {
    const reason = await unfit(base, room, owner);
    if (reason !== undefined) {
      refused.push(`${base}: ${reason}`);
      continue;
    }
    const folder = await mkdtemp(path.join(base, `${folderPrefix}${process.pid}-`));
    if (owner !== undefined) {
      await chown(folder, owner.uid, owner.gid);
    }
    return folder;
  }
  throw new RolecallError('topology-failed', {
    message: `no folder can hold a temporary database server\n${refused.map((line) => `- ${line}`).join('\n')}`,
    next: 'Free some space, or name a folder with room that other users may enter in ROLECALL_TEMP_DIR.',
  });
}

async function unfit(base: string, room: number, owner: RunAs | undefined): Promise<string | undefined> {
  try {
    await access(base, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(base);
    if (bavail * bsize < room) {
      return `${Math.round((bavail * bsize) / 2 ** 20)} MiB free, ${Math.round(room / 2 ** 20)} needed`;
    }
    return owner !== undefined && !(await isReachable(base)) ? 'closed to the user the server runs as' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Folders in `bases` left by runs of ours whose process is gone. */
export async function abandonedFolders(bases: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const base of new Set(bases)) {
    const names = await readdir(base).catch(() => []);
    for (const name of names.filter((candidate) => candidate.startsWith(folderPrefix))) {
      const pid = Number(/^rolecall-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
      const folder = path.join(base, name);
      if (Number.isInteger(pid) && !isAlive(pid) && (await isOurs(folder))) {
        found.push(folder);
      }
    }
  }
  return found.toSorted();
}

async function isOurs(folder: string): Promise<boolean> {
  const uid = process.getuid?.();
  const owner = await stat(folder).then((found) => found.uid, () => undefined);
  return uid === 0 || (owner !== undefined && owner === uid);
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

/** Removes a folder and all in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
