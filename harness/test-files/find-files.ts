import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';

/** Which files of a folder are tests. */
export interface FileChoice {
  /** File endings, for example `.pg`. */
  extensions: readonly string[];
  recurse: boolean;
}

/** The named files, and the files of the named folders, each once. Files of a folder are sorted by name. */
export async function findTestFiles(named: readonly string[], choice: FileChoice): Promise<string[]> {
  const found: string[] = [];
  for (const name of named) {
    const kind = await stat(name).catch(() => undefined);
    if (kind === undefined) {
      throw new RolecallError('bad-argument', {
        message: `there is no file ${name}`,
        next: 'Name test files, or folders that hold them.',
      });
    }
    found.push(...(kind.isDirectory() ? await filesIn(name, choice) : [name]));
  }
  return [...new Set(found)];
}

async function filesIn(folder: string, { extensions, recurse }: FileChoice): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: recurse });
  const names = entries
    .filter((entry) => !entry.isDirectory() && extensions.some((extension) => entry.name.endsWith(extension)))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return names.toSorted(byCodeUnit);
}
