import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { plainId } from './manifest.ts';
import { rename } from '../common/rename.ts';
import { abandonedIn } from '../process/temp-folders.ts';

/** Drafts that replace existing files together: a folder, and files beside it. */
export interface Replacement {
  /** A folder beside `folder`, with a name of its own. */
  draft: string;
  /** Undefined if only files are replaced. The draft is then empty, and is removed. */
  folder: string | undefined;
  /** Once the first is in place, all is done: the others follow from it. A draft may be missing. */
  beside: readonly { draft: string; file: string }[];
}

/** Where the old folder is kept until all is in place. */
const asidePrefix = '.aside';

const asideOf = (draft: string) => path.join(path.dirname(draft), `${asidePrefix}${path.basename(draft)}`);
const keptIn = (aside: string) => path.join(aside, 'kept');
const idIn = (aside: string) => path.join(aside, 'id');
/** Stands for a missing folder. No id looks like this. */
const noFolder = '-';

/** Puts the drafts in place. If it is interrupted at any point, `settle` finds all of it done or restores the old state. */
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
 * Removes what was replaced. If the folder or the first file beside it is not yet in place, it restores the old ones and removes
 * the drafts. It can continue after an interruption itself: a draft that still exists is not in place.
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
  // The first one last: without it, the rest would look done.
  [...beside.map((one) => one.draft).toReversed(), draft, aside].forEach(remove);
}

function place({ draft, file }: Replacement['beside'][number]): void {
  if (existsSync(draft)) {
    rename(draft, file);
  }
}

/** Settles what killed writers left in `parent`, and beside it for `files`. */
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

/** Files, each with its draft, for a draft folder with this name. */
export function besideOf(files: readonly string[], name: string): Replacement['beside'] {
  return files.map((file) => ({ draft: `${file}${name}`, file }));
}

/** Whether a writer is at work in `parent`, or was killed there. */
export async function isUnsettled(parent: string): Promise<boolean> {
  return (await readdir(parent).catch(() => [])).some((name) => name.startsWith(asidePrefix));
}

function remove(what: string): void {
  rmSync(what, { recursive: true, force: true });
}
