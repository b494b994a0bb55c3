import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { sha256 } from '../common/digest.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';

const manifestSchema = z.strictObject({
  schema_version: z.literal(1),
  id: z.string(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});

/** sha256 of every file of a pack but itself. */
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestName = 'manifest.json';

/** The manifest of a pack with these files, by path. */
export function manifestOf(id: string, files: ReadonlyMap<string, string>): Manifest {
  return {
    schema_version: 1,
    id,
    files: [...files.keys()].toSorted(byCodeUnit).map((name) => {
      const content = files.get(name)!;
      return { path: name, bytes: Buffer.byteLength(content), sha256: sha256(content) };
    }),
  };
}

/** Reads the manifest of a pack folder, and its own digest; refuses with `bad-pack`. */
export async function readManifest(folder: string): Promise<{ manifest: Manifest; digest: string }> {
  const file = path.join(folder, manifestName);
  try {
    const text = await readFile(file, 'utf8');
    return { manifest: manifestSchema.parse(JSON.parse(text)), digest: sha256(text) };
  } catch (error) {
    throw new RolecallError('bad-pack', {
      message: `${folder} is no evidence pack: ${messageOf(error)}`,
      cause: error,
      next: 'Name a folder under reports/runs.',
    });
  }
}

/** Files of a pack that are not as its manifest says, one line each. */
export async function verifyFiles(folder: string, { files }: Manifest): Promise<string[]> {
  const faults: string[] = [];
  for (const { path: name, sha256: expected } of files) {
    const content = await readFile(path.join(folder, name)).catch(() => undefined);
    if (content === undefined) {
      faults.push(`${name} is missing`);
    } else if (sha256(content) !== expected) {
      faults.push(`${name} has been changed`);
    }
  }
  return faults;
}
