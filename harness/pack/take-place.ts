import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { plainId } from './manifest.ts';
import { rename } from '../common/rename.ts';
import { abandonedIn } from '../process/temp-folders.ts';

/** What is written as drafts and takes its place together: a folder, and files that lie beside it. */
export interface Replacement {
  /** A folder beside `folder`, whose name is its own. */
  draft: string;
  /** Undefined where files alone take their places: the draft then is empty, and goes. */
  folder: string | undefined;
  /** Once the first is in its place all is done, but for the others, which follow from it. A draft may be missing. */
  beside: readonly { draft: string; file: string }[];
}

/** Where the folder that was there is kept until all is in its place. */
const asidePrefix = '.aside';

const asideOf = (draft: string) => path.join(path.dirname(draft), `${asidePrefix}${path.basename(draft)}`);
const keptIn = (aside: string) => path.join(aside, 'kept');
const idIn = (aside: string) => path.join(aside, 'id');
/** Stands for a folder where there is none: no id is like it. */
const noFolder = '-';

/** Puts the drafts in their places. Whatever ends it in between, `settle` finds all of it done or puts back what was there. */
export function takePlace({ draft, folder, beside }: Replacement): void {
  const aside = asideOf(draft);
  mkdirSync(aside);
  writeFileSync(idIn(aside), folder === undefined ? noFolder : path.basename(folder));
  if (folder === undefined) {
    remove(draft);
  } else {
    if (existsSync(folder)) {
      rename(folder, keptIn(aside));
    }
    rename(draft, folder);
  }
  beside.forEach(place);
}

/**
 * Removes what was replaced, or, where the folder or the first file beside it has not taken its place, puts it back and removes
 * the drafts. It goes on from wherever it is ended itself: a draft that is there has not taken its place.
 */
export function settle({ draft, folder, beside }: Replacement): void {
  const aside = asideOf(draft);
  const isPlaced = !existsSync(draft);
  const isDone = isPlaced && (beside[0] === undefined || !existsSync(beside[0].draft));
  if (isDone) {
    beside.forEach(place);
  } else if (folder !== undefined) {
    if (isPlaced) {
      rename(folder, draft);
    }
    if (existsSync(keptIn(aside))) {
      rename(keptIn(aside), folder);
    }
  }
  // The first one last: without it, what is left would look done.
  [...beside.map((one) => one.draft).toReversed(), draft, aside].forEach(remove);
}

function place({ draft, file }: Replacement['beside'][number]): void {
  if (existsSync(draft)) {
    rename(draft, file);
  }
}

/** Settles what writers that were killed have left in `parent`, and beside it for `files`. */
export async function settleAbandoned(parent: string, files: readonly string[]): Promise<void> {
  for (const aside of await abandonedIn(parent, asidePrefix)) {
    const name = path.basename(aside).slice(asidePrefix.length);
    const id = await readFile(idIn(aside), 'utf8').catch(() => '');
    if (id !== noFolder && !plainId.test(id)) {
      // Nothing was moved yet.
      remove(aside);
      continue;
    }
    settle({
      draft: path.join(parent, name),
      folder: id === noFolder ? undefined : path.join(parent, id),
      beside: besideOf(files, name),
    });
  }
}

/** Files, each with its draft, of a draft folder of this name. */
export function besideOf(files: readonly string[], name: string): Replacement['beside'] {
  return files.map((file) => ({ draft: `${file}${name}`, file }));
}

/** Whether a writer is at it in `parent`, or was killed there. */
export async function isUnsettled(parent: string): Promise<boolean> {
  return (await readdir(parent).catch(() => [])).some((name) => name.startsWith(asidePrefix));
}

function remove(what: string): void {
  rmSync(what, { recursive: true, force: true });
}
