import type { KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { sha256 } from '../common/digest.ts';
import { makeFolders, whyNot } from '../common/plain-file.ts';
import { makeOwnFolder } from '../process/temp-folders.ts';
import { RolecallError } from '../common/errors.ts';
import { whileGuarded } from '../process/exit-hook.ts';
import { attestationText } from './attestation.ts';
import type { Evidence } from './evidence.ts';
import { withLock } from '../process/lock.ts';
import { attestationName, keylessName, manifestName, manifestOf, plainId } from './manifest.ts';
import { lineOf } from './ledger/line.ts';
import {
  indexFiles,
  indexWith,
  lockOf,
  prepareIndex,
  putInPlace,
  sweep,
  writeFault,
  type Beside,
} from './write-index.ts';
import { besideOf, settle, type Replacement } from './take-place.ts';

/**
 * Prepares `out` for a pack before anything is run. Refuses with `bad-pack` an unwritable folder, one that stays locked, and a
 * broken index.
 */
export async function prepareOut(out: string, lockWaitMs?: number): Promise<void> {
  const runs = path.join(out, 'runs');
  try {
    await makeFolders(runs);
    await access(runs, constants.W_OK | constants.X_OK);
    await access(out, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new RolecallError('bad-pack', {
      message: `cannot write packs to ${out}: it or a folder in it ${whyNot(error)}`,
      cause: error,
      next: 'Name a folder that can be written to with --out.',
    });
  }
  await prepareIndex(out, lockWaitMs);
}

/**
 * Writes a pack at `<out>/runs/<id>` (all of it or nothing) with its line in the index, and returns its folder. With a key, both
 * are signed; `keyless` also signs the sha256 of the pack's manifest.
 */
export async function writePack(
  out: string,
  evidence: Evidence,
  files: ReadonlyMap<string, string>,
  key?: KeyObject,
  keyless?: (manifest: string) => Promise<string>,
): Promise<string> {
  const seal = async (manifest: string) => {
    const digest = sha256(manifest);
    return new Map([
      ...(key === undefined ? [] : [[attestationName, attestationText(evidence, digest, key)] as const]),
      ...(keyless === undefined ? [] : [[keylessName, await keyless(digest)] as const]),
    ]);
  };
  const beside: Beside = {
    files: indexFiles(out),
    content: (manifest) => indexWith(out, [lineOf(evidence, sha256(manifest))], key),
  };
  return writeFolder(path.join(out, 'runs'), evidence.run.id, files, { beside, seal });
}

/**
 * Writes the files with their manifest at `<parent>/<id>`, what `seal` makes of the manifest, and the files beside it, all of it
 * or nothing. Returns the folder.
 */
export async function writeFolder(
  parent: string,
  id: string,
  files: ReadonlyMap<string, string>,
  { beside, seal }: { beside?: Beside; seal?: (manifest: string) => Promise<ReadonlyMap<string, string>> } = {},
): Promise<string> {
  if (!plainId.test(id)) {
    throw new RolecallError('bad-pack', {
      message: `the id ${JSON.stringify(id.slice(0, 80))} is not a plain name, and a folder of that name may be anywhere`,
      next: 'Nothing was written. An id has letters, digits, dots, dashes and underscores.',
    });
  }
  await makeFolders(parent);
  await sweep(parent, beside?.files ?? []);
  const manifest = `${JSON.stringify(manifestOf(id, files), null, 2)}\n`;
  const folder = path.join(parent, id);
  const draft = await makeOwnFolder(path.join(parent, '.draft-'));
  const replacement: Replacement = {
    draft,
    folder,
    beside: besideOf(beside?.files ?? [], path.basename(draft)),
  };
  await whileGuarded(
    () => settle(replacement),
    async () => {
      try {
        const sealed = (await seal?.(manifest)) ?? new Map<string, string>();
        for (const [name, content] of [...files, [manifestName, manifest] as const, ...sealed]) {
          const file = path.join(draft, name);
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, content);
        }
        // A temporary folder is private, but a pack must be readable.
        await chmod(draft, 0o755);
        await withLock(lockOf(parent), async () => {
          await putInPlace(replacement, (await beside?.content(manifest)) ?? new Map());
        });
      } catch (error) {
        settle(replacement);
        throw writeFault(error, path.dirname(parent));
      }
    },
  );
  return folder;
}
