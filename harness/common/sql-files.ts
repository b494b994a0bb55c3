import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { slashed } from './slashes.ts';
import { RolecallError } from './errors.ts';
import { byCodeUnit } from './order.ts';

/** The paths of the `.sql` files of a folder, sorted by name. */
export async function sqlFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new RolecallError('bad-contract', {
      message: `cannot read the folder ${folder}`,
      cause: error,
      next: 'Correct its path in the contract.',
    });
  });
  return names
    .filter((name) => name.endsWith('.sql'))
    .toSorted(byCodeUnit)
    .map((name) => slashed(path.join(folder, name)));
}
