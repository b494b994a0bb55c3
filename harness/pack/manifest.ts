import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { slashed } from '../common/slashes.ts';
import { sha256 } from '../common/digest.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';
import { kindOf, readPlainFile } from '../common/plain-file.ts';

/** An id is the name of a folder, and must not lead out of its parent folder. */
export const plainId = /^[A-Za-z0-9][\w.+-]{0,199}$/;

const isInside = (name: string) =>
  !name.includes('\0') && !name.includes('\\') && name.split('/').every((part) => !['', '.', '..'].includes(part));

const manifestSchema = z.strictObject({
  schema_version: z.literal(1),
  id: z.string().regex(plainId, 'is not a plain name'),
  files: z
    .array(
      z.strictObject({
        path: z.string().refine(isInside, 'is not a path inside the pack'),
        bytes: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a sha256 in hex'),
      }),
    )
    .refine((files) => new Set(files.map((file) => file.path)).size === files.length, 'names a file twice'),
});

/** sha256 of every file of a pack except itself. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The signed statement about a manifest, so the manifest cannot list it. */
export const attestationName = 'attestation.json';
/** The same statement, signed by the identity in a Sigstore certificate. */
export const keylessName = 'attestation.sigstore.json';
export const manifestName = 'manifest.json';
const largestManifest = 50_000_000;

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

/** Reads the manifest of a pack folder, and its own digest. Refuses with `bad-pack`. */
export async function readManifest(folder: string): Promise<{ manifest: Manifest; digest: string }> {
  const file = path.join(folder, manifestName);
  try {
    const text = await readPlainFile(file, { limit: largestManifest, links: 'refused' });
    return { manifest: parseManifest(String(text)), digest: sha256(text) };
  } catch (error) {
    throw new RolecallError('bad-pack', {
      message: `${folder} is not an evidence pack: ${file} ${messageOf(error)}`,
      cause: error,
      next: 'Name a folder under reports/runs.',
    });
  }
}

function parseManifest(text: string): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  const parsed = manifestSchema.safeParse(data);
  if (!parsed.success) {
    const { path: place, message } = parsed.error.issues[0]!;
    throw new Error(
      `is not as its schema (version 1) says: ${place.length === 0 ? '' : `${place.join('.')}: `}${message}`,
    );
  }
  return parsed.data;
}

/** What in a pack folder is not as its manifest says, one line each: the folder's name, files, and entries that are not files. */
export async function verifyFiles(folder: string, { id, files }: Manifest): Promise<string[]> {
  const name = path.basename(path.resolve(folder));
  const faults = name === id ? [] : [`the folder is named ${name}, and its manifest is that of ${id}`];
  const there = await contentsOf(folder);
  for (const { path: file, bytes, sha256: expected } of files) {
    const kind = there.get(file);
    if (kind === undefined) {
      faults.push(`${file} is missing`);
    } else if (kind !== 'a file') {
      faults.push(`${file} is ${kind}, not a file`);
    } else {
      const content = await readPlainFile(path.join(folder, file), { limit: bytes }).catch(() => undefined);
      if (content === undefined || sha256(content) !== expected) {
        faults.push(`${file} has been changed`);
      }
    }
    there.delete(file);
  }
  const folders = new Set(files.flatMap(({ path: file }) => foldersAbove(file)));
  for (const [file, kind] of there) {
    if (
      file !== manifestName &&
      !([attestationName, keylessName].includes(file) && kind === 'a file') &&
      !(kind === 'a folder' && folders.has(file))
    ) {
      faults.push(`${file} is ${kind} that the manifest does not name`);
    }
  }
  return faults;
}

/** Everything in a folder, at any depth, with its kind. Links are not followed. */
async function contentsOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.map((entry): [name: string, kind: string] => [
    slashed(path.relative(folder, path.join(entry.parentPath, entry.name))),
    kindOf(entry),
  ]);
  return new Map(found.toSorted(([a], [b]) => byCodeUnit(a, b)));
}

function foldersAbove(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
