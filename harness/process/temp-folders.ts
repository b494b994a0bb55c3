import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { isGone, tagOf, taggedOwner, thisOwner } from './owner.ts';

/** Makes a folder of this process whose name begins with `prefix`, and returns it. */
export async function makeOwnFolder(prefix: string): Promise<string> {
  return mkdtemp(`${prefix}${tagOf(await thisOwner())}-`);
}

/** Entries of `folder` that begin with `prefix` and belong to a process of this machine that is gone. */
export async function abandonedIn(folder: string, prefix: string): Promise<string[]> {
  const self = await thisOwner();
  const names = await readdir(folder).catch(() => []);
  const found: string[] = [];
  for (const name of names.filter((candidate) => candidate.startsWith(prefix)).toSorted()) {
    const owner = taggedOwner(name);
    // Files of an earlier boot do not run.
    if (owner !== undefined && (await isGone(owner, self, false))) {
      found.push(path.join(folder, name));
    }
  }
  return found;
}

/** Removes what killed processes left unfinished in `folder` under names that begin with `prefix`. */
export async function sweepDrafts(folder: string, prefix: string): Promise<void> {
  for (const draft of await abandonedIn(folder, prefix)) {
    // Another run may be removing it, or it belongs to another user. The next run finds what is left.
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
  }
}
