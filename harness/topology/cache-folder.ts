import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import path from 'node:path';

import { makeFolders } from '../common/plain-file.ts';
import { isReachable } from './private-folder.ts';

/**
 * `wanted`, made where it is not there, when it can be written and, for a server of another user, be reached; else a
 * folder in `fallback`, which lives as long as the run. A folder that somebody else made is left as it is.
 */
export async function cacheFolder(wanted: string, fallback: string, otherUser: boolean): Promise<string> {
  try {
    await makeOpen(wanted);
    await access(wanted, constants.W_OK | constants.X_OK);
    if (!otherUser || (await isReachable(wanted))) {
      return wanted;
    }
  } catch {
    // It cannot be made or written: a run without a cache is slower, not wrong.
  }
  const folder = path.join(fallback, 'cache');
  await makeOpen(folder);
  return folder;
}

/** Makes a folder and what is missing above it, open to be read whatever the umask. */
export async function makeOpen(folder: string): Promise<void> {
  for (const made of await makeFolders(folder)) {
    await chmod(made, 0o755);
  }
}
