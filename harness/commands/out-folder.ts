import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

import { RolecallError } from '../common/errors.ts';
import { makeFolders, whyNot } from '../common/plain-file.ts';

/** Makes the output folder before there is anything to write. Refuses with `bad-argument`. */
export async function makeOutFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new RolecallError('bad-argument', {
      message: `cannot write to ${folder}: it ${whyNot(error)}`,
      cause: error,
      next: 'Name a folder that can be written to with --out.',
    });
  }
}
