import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';

import { rename } from '../common/rename.ts';
import { makeOwnFolder } from '../process/temp-folders.ts';
import { isDigest, type IndexRow } from './ledger/rows.ts';
import { readManifest, verifyFiles } from './manifest.ts';

/**
 * A pack that may be removed, as it is on disk: there, gone before, or something that the index does not know, in a few words.
 */
export interface Overdue extends IndexRow {
  found: 'there' | 'gone' | { other: string };
}

/** Looks at what is in the place of a pack of the index. */
export async function lookFor(runs: string, row: IndexRow): Promise<Overdue> {
  const folder = path.join(runs, row.entered.pack);
  const entry = await lstat(folder).catch(() => undefined);
  if (entry === undefined) {
    return { ...row, found: 'gone' };
  }
  if (!entry.isDirectory()) {
    return { ...row, found: { other: 'is not a folder' } };
  }
  try {
    const { manifest, digest } = await readManifest(folder);
    const faults = await verifyFiles(folder, manifest);
    return {
      ...row,
      found: !isDigest(row.entered, digest)
        ? { other: 'has another manifest than the index says' }
        : faults[0] === undefined
          ? 'there'
          : { other: faults[0] },
    };
  } catch {
    return { ...row, found: { other: 'has no manifest that can be read' } };
  }
}

/** Removes the folder of a pack. If that is interrupted, the rest is not a pack, and the next run removes it. */
export async function removePack(runs: string, pack: string): Promise<void> {
  const draft = await makeOwnFolder(path.join(runs, '.draft-'));
  rename(path.join(runs, pack), path.join(draft, pack));
  await rm(draft, { recursive: true, force: true });
}
