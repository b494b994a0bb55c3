import { existsSync } from 'node:fs';
import path from 'node:path';

import { rename } from '../../common/rename.ts';
import { makeOwnFolder } from '../../process/temp-folders.ts';
import { whileGuarded } from '../../process/exit-hook.ts';
import { removeFolder, removeFolderNow } from '../private-folder.ts';

/** Folders of the cache: PostgreSQL itself, and initialised data. */
export const cacheParts = ['servers', 'clusters'] as const;

/** Entries that are being made, by path: both phases of a run ask at the same moment. */
const making = new Map<string, Promise<string>>();

/** The folder `name` in a part of the cache. If it is missing, `fill` makes it once in a draft beside it, however many ask. */
export function cacheEntry(
  cacheDir: string,
  part: (typeof cacheParts)[number],
  name: string,
  fill: (draft: string) => Promise<void>,
): Promise<string> {
  const entry = path.join(cacheDir, part, name);
  const made = making.get(entry) ?? make(entry, fill).finally(() => making.delete(entry));
  making.set(entry, made);
  return made;
}

async function make(entry: string, fill: (draft: string) => Promise<void>): Promise<string> {
  if (existsSync(entry)) {
    return entry;
  }
  const draft = await makeOwnFolder(`${entry}.`);
  await whileGuarded(
    () => removeFolderNow(draft),
    async () => {
      try {
        await fill(draft);
        rename(draft, entry);
      } catch (error) {
        await removeFolder(draft);
        // Another run may have made the same entry first.
        if (!existsSync(entry)) {
          throw error;
        }
      }
    },
  );
  return entry;
}
