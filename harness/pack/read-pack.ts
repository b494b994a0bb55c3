import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { messageOf, RolecallError } from '../common/errors.ts';
import type { Evidence } from './evidence.ts';

/** The evidence of a pack folder; refuses with `bad-pack` what is none, or of another schema version. */
export async function readEvidence(folder: string): Promise<Evidence> {
  const file = path.join(folder, 'evidence.json');
  try {
    const evidence = JSON.parse(await readFile(file, 'utf8')) as Evidence;
    if (evidence.schema_version !== 1) {
      throw new Error(`its schema version is ${String(evidence.schema_version)}, not 1`);
    }
    return evidence;
  } catch (error) {
    throw new RolecallError('bad-pack', {
      message: `${folder} is no evidence pack that can be read: ${messageOf(error)}`,
      cause: error,
      next: 'Name a folder under reports/runs.',
    });
  }
}
