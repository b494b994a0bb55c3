import path from 'node:path';

import { messageOf, RolecallError } from '../common/errors.ts';
import { readPlainFile } from '../common/plain-file.ts';
import { expand } from './compact.ts';
import type { Evidence } from './evidence.ts';
import { plainId } from './manifest.ts';
import type { StoredEvidence } from './stored.ts';
import { readValid } from './validate.ts';

const version: Evidence['schema_version'] = 2;
const written = { schema: new URL('evidence.schema.json', import.meta.url), version };

/** The evidence of a pack folder. Refuses with `bad-pack` what does not match the schema, or has another schema version. */
export async function readEvidence(folder: string): Promise<Evidence> {
  return fromPack(folder, 'evidence.json', async (file) => {
    const evidence = expand((await readValid(file, written)) as StoredEvidence);
    if (!plainId.test(evidence.run.id)) {
      throw new Error('has a run.id that is not a plain name');
    }
    return evidence;
  });
}

/** The text of a file of a pack. Refuses with `bad-pack` one that does not exist or is not a file. */
export async function readPackText(folder: string, name: string): Promise<string> {
  return fromPack(folder, name, async (file) => String(await readPlainFile(file, { links: 'refused' })));
}

async function fromPack<T>(folder: string, name: string, read: (file: string) => Promise<T>): Promise<T> {
  const file = path.join(folder, name);
  try {
    return await read(file);
  } catch (error) {
    throw new RolecallError('bad-pack', {
      message: `${folder} is not an evidence pack that can be read: ${file} ${messageOf(error)}`,
      cause: error,
      next: 'Name a folder under reports/runs.',
    });
  }
}
