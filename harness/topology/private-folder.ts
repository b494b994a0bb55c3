import { constants, rmSync } from 'node:fs';
import { access, chown, realpath, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

import type { RunAs } from '../process/child.ts';
import { abandonedIn, makeOwnFolder } from '../process/temp-folders.ts';
import { messageOf, RolecallError } from '../common/errors.ts';

/** The prefix of our temporary folders. The owner's tag follows. */
const folderPrefix = 'rolecall-';

/** Whether any user of this machine can reach `folder`: every parent folder lets others pass. */
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
 * Makes a folder that only `owner` can enter, in the first of `candidates` that has `minFreeBytes`, is writable, and that the
 * owner can reach. Refuses with `topology-failed` if there is none.
 */
export async function makePrivateFolder(
  candidates: readonly string[],
  minFreeBytes: number,
  owner: RunAs | undefined,
): Promise<string> {
  const refused: string[] = [];
  for (const base of candidates) {
    try {
      await requireFit(base, minFreeBytes, owner);
      return await makeFor(owner, path.join(base, folderPrefix));
    } catch (error) {
      refused.push(`${base}: ${messageOf(error)}`);
    }
  }
  throw new RolecallError('topology-failed', {
    message: `no folder can hold a temporary database server\n${refused.map((line) => `- ${line}`).join('\n')}`,
    next: 'Free some space, or name a folder with room that other users may enter in ROLECALL_TEMP_DIR.',
  });
}

async function requireFit(base: string, minFreeBytes: number, owner: RunAs | undefined): Promise<void> {
  await access(base, constants.W_OK | constants.X_OK);
  const { bavail, bsize } = await statfs(base);
  if (bavail * bsize < minFreeBytes) {
    throw new Error(`${Math.round((bavail * bsize) / 2 ** 20)} MiB free, ${Math.round(minFreeBytes / 2 ** 20)} needed`);
  }
  if (owner !== undefined && !(await isReachable(base))) {
    throw new Error('closed to the user the server runs as');
  }
}

async function makeFor(owner: RunAs | undefined, prefix: string): Promise<string> {
  const folder = await makeOwnFolder(prefix);
  try {
    if (owner !== undefined) {
      await chown(folder, owner.uid, owner.gid);
    }
    return folder;
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** Folders in `bases` that ended runs of this machine left. */
export async function abandonedFolders(bases: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const base of new Set(bases)) {
    for (const folder of await abandonedIn(base, folderPrefix)) {
      if (await isOurs(folder)) {
        found.push(folder);
      }
    }
  }
  return found.toSorted();
}

async function isOurs(folder: string): Promise<boolean> {
  const uid = process.getuid?.();
  if (uid === undefined) {
    // On Windows a file has no user id, and each user has temporary folders of its own.
    return true;
  }
  const owner = await stat(folder).then(
    (found) => found.uid,
    () => undefined,
  );
  return uid === 0 || owner === uid;
}

/** Removes a folder and everything in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/**
 * Removes a folder when the process ends and nothing can be awaited. It tries again for at most `waitMs` while a dying server
 * still writes there.
 */
export function removeFolderNow(folder: string, waitMs = 5000): void {
  const from = performance.now();
  for (;;) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (performance.now() - from > waitMs) {
        throw error;
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}
