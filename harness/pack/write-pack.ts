import type { KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { sha256 } from '../common/digest.ts';
import { diskFull } from '../common/disk-full.ts';
import { makeFolders, whyNot } from '../common/plain-file.ts';
import { makeOwnFolder, sweepDrafts } from '../process/temp-folders.ts';
import { RolecallError } from '../common/errors.ts';
import { whileGuarded } from '../process/exit-hook.ts';
import { attestationText } from './attestation.ts';
import type { Evidence } from './evidence.ts';
import { brokenRow, enter, ledgerRow, readIndex, renderLedger, type LedgerRow } from './index-ledger.ts';
import { withLock } from '../process/lock.ts';
import { attestationName, manifestName, manifestOf, plainId } from './manifest.ts';
import { settle, settleAbandoned, takePlace, type Replacement } from './take-place.ts';

/** Makes `out` ready for a pack before anything is run; refuses with `bad-pack` an unwritable folder, one that stays locked, and a ledger whose chain is broken. */
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
  await withLock(lockOf(runs), () => readLedger(path.join(out, 'INDEX.md')), lockWaitMs);
}

const lockOf = (parent: string) => path.join(parent, '.lock');

async function readLedger(index: string): Promise<LedgerRow[]> {
  const rows = await readIndex(index);
  const broken = brokenRow(rows);
  if (broken !== undefined) {
    throw new RolecallError('bad-pack', {
      message: `the chain of ${index} breaks at ${broken.pack}: a row at or below it was changed or taken out`,
      next: 'Restore it from version control; a new row on top would hide that.',
    });
  }
  return rows;
}

/** Writes a pack at `<out>/runs/<id>` (all of it or nothing), signed where there is a key, enters it in `<out>/INDEX.md`, and returns its folder. */
export async function writePack(
  out: string,
  evidence: Evidence,
  files: ReadonlyMap<string, string>,
  key?: KeyObject,
): Promise<string> {
  const index = path.join(out, 'INDEX.md');
  const beside: Beside = {
    file: index,
    content: async (manifest) => renderLedger(enter(await readLedger(index), ledgerRow(evidence, sha256(manifest)))),
  };
  const seal = key === undefined ? undefined : (manifest: string) => attestationText(evidence, sha256(manifest), key);
  return writeFolder(path.join(out, 'runs'), evidence.run.id, files, { beside, seal });
}

/** A file that belongs to a folder and lies beside it; made from the text of the folder's manifest and what it is now. */
interface Beside {
  file: string;
  content(manifest: string): Promise<string>;
}

/** Writes the files with their manifest at `<parent>/<id>`, what `seal` makes of the manifest, and what lies beside it, all of it or nothing; returns the folder. */
export async function writeFolder(
  parent: string,
  id: string,
  files: ReadonlyMap<string, string>,
  { beside, seal }: { beside?: Beside; seal?: ((manifest: string) => string) | undefined } = {},
): Promise<string> {
  if (!plainId.test(id)) {
    throw new RolecallError('bad-pack', {
      message: `the id ${JSON.stringify(id.slice(0, 80))} is not a plain name, and a folder of that name may be anywhere`,
      next: 'Nothing was written. An id has letters, digits, dots, dashes and underscores.',
    });
  }
  await makeFolders(parent);
  await sweep(parent, beside);
  const manifest = `${JSON.stringify(manifestOf(id, files), null, 2)}\n`;
  const folder = path.join(parent, id);
  const draft = await makeOwnFolder(path.join(parent, '.draft-'));
  const replacement: Replacement = {
    draft,
    folder,
    beside: beside === undefined ? undefined : { draft: `${beside.file}${path.basename(draft)}`, file: beside.file },
  };
  await whileGuarded(
    () => settle(replacement),
    async () => {
      try {
        const sealed = seal === undefined ? [] : [[attestationName, seal(manifest)] as const];
        for (const [name, content] of [...files, [manifestName, manifest] as const, ...sealed]) {
          const file = path.join(draft, name);
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, content);
        }
        // A temporary folder is closed to others, and a pack is there to be read.
        await chmod(draft, 0o755);
        await withLock(lockOf(parent), async () => {
          // Both are written before either takes its place: a disk that is full changes nothing.
          if (beside !== undefined) {
            await writeFile(replacement.beside!.draft, await beside.content(manifest));
          }
          try {
            takePlace(replacement);
          } finally {
            settle(replacement);
          }
        });
      } catch (error) {
        settle(replacement);
        throw writeFault(error, path.dirname(parent));
      }
    },
  );
  return folder;
}

/** Why the system did not let a pack be written to `out`; any other error as it is. */
function writeFault(error: unknown, out: string): unknown {
  const full = diskFull(
    error,
    `the pack could not be written to ${out}`,
    'Free some space there, or name another folder with --out.',
  );
  if (full !== undefined || error instanceof RolecallError || (error as NodeJS.ErrnoException).syscall === undefined) {
    return full ?? error;
  }
  const { path: place = out } = error as NodeJS.ErrnoException;
  return new RolecallError('bad-pack', {
    message: `the pack could not be written to ${out}: ${place} ${whyNot(error)}`,
    cause: error,
    next: 'Put that right, or name another folder with --out.',
  });
}

/** Removes what runs that were killed have left half written. */
async function sweep(parent: string, beside: Beside | undefined): Promise<void> {
  await withLock(lockOf(parent), () => settleAbandoned(parent, beside?.file));
  await sweepDrafts(parent, '.draft-');
  if (beside !== undefined) {
    await sweepDrafts(path.dirname(beside.file), `${path.basename(beside.file)}.draft-`);
  }
}
