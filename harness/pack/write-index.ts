import type { KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { diskFull } from '../common/disk-full.ts';
import { RolecallError } from '../common/errors.ts';
import { whyNot } from '../common/plain-file.ts';
import { whileGuarded } from '../process/exit-hook.ts';
import { withLock } from '../process/lock.ts';
import { makeOwnFolder, sweepDrafts } from '../process/temp-folders.ts';
import { indexNames, readIndex, readSoundIndex, withLines, type Index } from './ledger/index-files.ts';
import type { LineContent } from './ledger/line.ts';
import { besideOf, isUnsettled, settle, settleAbandoned, takePlace, type Replacement } from './take-place.ts';

/** Files beside a folder. Their texts follow from the folder's manifest and from their current contents. */
export interface Beside {
  /** The first one takes its place first. The others follow from it. */
  files: readonly string[];
  content(manifest: string): Promise<ReadonlyMap<string, string>>;
}

export const lockOf = (runs: string) => path.join(runs, '.lock');
export const indexFiles = (out: string) => indexNames.map((name) => path.join(out, name));

/** Settles what killed writers left, and refuses with `bad-pack` an index to which no line can be added. */
export async function prepareIndex(out: string, lockWaitMs?: number): Promise<void> {
  const runs = path.join(out, 'runs');
  await withLock(
    lockOf(runs),
    async () => {
      await settleAbandoned(runs, indexFiles(out));
      await readSoundIndex(out);
    },
    lockWaitMs,
  );
}

/** The texts of an index's files with these lines added, by file. */
export async function indexWith(
  out: string,
  contents: readonly LineContent[],
  key: KeyObject | undefined,
): Promise<ReadonlyMap<string, string>> {
  const texts = withLines(await readSoundIndex(out, key), contents, key);
  return new Map([...texts].map(([name, text]) => [path.join(out, name), text]));
}

/** Adds lines to an index, without a pack. `contents` chooses them while nobody else writes. */
export async function appendLines(
  out: string,
  contents: (index: Index) => LineContent[] | Promise<LineContent[]>,
  key?: KeyObject,
): Promise<void> {
  const runs = path.join(out, 'runs');
  await sweep(runs, indexFiles(out));
  const draft = await makeOwnFolder(path.join(runs, '.draft-'));
  const beside = besideOf(indexFiles(out), path.basename(draft));
  const replacement: Replacement = { draft, folder: undefined, beside };
  await whileGuarded(
    () => settle(replacement),
    async () => {
      try {
        await withLock(lockOf(runs), async () => {
          const more = await contents(await readSoundIndex(out, key));
          if (more.length > 0) {
            await putInPlace(replacement, await indexWith(out, more, key));
          }
        });
      } catch (error) {
        throw writeFault(error, out);
      } finally {
        settle(replacement);
      }
    },
  );
}

/** Runs work on the packs of an index while nobody else writes there. */
export function withIndexLocked<T>(out: string, work: (index: Index) => Promise<T>): Promise<T> {
  return withLock(lockOf(path.join(out, 'runs')), async () => work(await readIndex(out)));
}

/** Reads an index that nobody is writing. First it settles what a killed writer left, if this user may. */
export async function readSettledIndex(out: string): Promise<Index> {
  const runs = path.join(out, 'runs');
  const index = await readIndex(out).catch((error: unknown) => error as Error);
  const mayWrite = await Promise.all([out, runs].map((folder) => access(folder, constants.W_OK))).then(
    () => true,
    () => false,
  );
  if (mayWrite && (await isUnsettled(runs))) {
    return withLock(lockOf(runs), async () => {
      await settleAbandoned(runs, indexFiles(out));
      return readIndex(out);
    });
  }
  if (index instanceof Error) {
    throw index;
  }
  return index;
}

/** Writes the files beside a draft, and puts everything in place. */
export async function putInPlace(replacement: Replacement, texts: ReadonlyMap<string, string>): Promise<void> {
  // Everything is written before anything takes its place, so a full disk changes nothing.
  for (const { draft, file } of replacement.beside) {
    const text = texts.get(file);
    if (text !== undefined) {
      // Flushed to disk, because the existing lines must survive a power cut.
      await writeFile(draft, text, { flush: true });
    }
  }
  try {
    takePlace(replacement);
  } finally {
    settle(replacement);
  }
}

/** Removes what killed runs left half written in `parent`, and beside it for `files`. */
export async function sweep(parent: string, files: readonly string[]): Promise<void> {
  await withLock(lockOf(parent), () => settleAbandoned(parent, files));
  await sweepDrafts(parent, '.draft-');
  for (const file of files) {
    await sweepDrafts(path.dirname(file), `${path.basename(file)}.draft-`);
  }
}

/** Why the system did not let a pack be written to `out`; any other error unchanged. */
export function writeFault(error: unknown, out: string): unknown {
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
