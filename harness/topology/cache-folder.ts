import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import path from 'node:path';

import { makeFolders } from '../common/plain-file.ts';
import { isReachable } from './private-folder.ts';

/**
 * The folder `wanted`, made if it is missing, if it is writable and a server of another user can reach it. Otherwise a folder in
 * `fallback`, which lives as long as the run. A folder that somebody else made stays as it is.
 */
export async function cacheFolder(wanted: string, fallback: string, otherUser: boolean): Promise<string> {
  try {
    await makeOpen(wanted);
    await access(wanted, constants.W_OK | constants.X_OK);
    if (!otherUser || (await isReachable(wanted))) {
      return wanted;
    }
  } catch {
    // It cannot be made or written. A run without a cache is slower, not wrong.
  }
  const folder = path.join(fallback, 'cache');
  await makeOpen(folder);
  return folder;
}

/** Makes a folder and its missing parents, readable for everybody whatever the umask. */
export async function makeOpen(folder: string): Promise<void> {
  for (const made of await makeFolders(folder)) {
    await chmod(made, 0o755);
  }
}
