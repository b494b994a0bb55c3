import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { plainId } from './manifest.ts';
import { rename } from '../common/rename.ts';
import { abandonedIn } from '../process/temp-folders.ts';

/** What is written as drafts and takes its place together: a folder, and a file that lies beside it. */
export interface Replacement {
  /** A folder beside `folder`, whose name is its own. */
  draft: string;
  folder: string;
  beside?: { draft: string; file: string } | undefined;
}

/** Where the folder that was there is kept until all is in its place. */
const asidePrefix = '.aside';

const asideOf = (draft: string) => path.join(path.dirname(draft), `${asidePrefix}${path.basename(draft)}`);
const keptIn = (aside: string) => path.join(aside, 'kept');
const idIn = (aside: string) => path.join(aside, 'id');

/** Puts the drafts in their places. Whatever ends it in between, `settle` finds all of it done or puts back what was there. */
export function takePlace({ draft, folder, beside }: Replacement): void {
  const aside = asideOf(draft);
  mkdirSync(aside);
  writeFileSync(idIn(aside), path.basename(folder));
  if (existsSync(folder)) {
    rename(folder, keptIn(aside));
  }
  rename(draft, folder);
  if (beside !== undefined) {
    rename(beside.draft, beside.file);
  }
}

/** Removes what was replaced, or, where not every draft has taken its place, puts it back and removes the drafts. */
export function settle({ draft, folder, beside }: Replacement): void {
  const aside = asideOf(draft);
  const isPlaced = !existsSync(draft);
  const isDone = isPlaced && (beside === undefined || !existsSync(beside.draft));
  if (!isDone) {
    // It goes on from wherever it is ended itself: a draft that is there has not taken its place.
    if (isPlaced) {
      rename(folder, draft);
    }
    if (existsSync(keptIn(aside))) {
      rename(keptIn(aside), folder);
    }
  }
  [aside, draft, ...(beside === undefined ? [] : [beside.draft])].forEach(remove);
}

/** Settles what writers that were killed have left in `parent`, and beside it for `file`. */
export async function settleAbandoned(parent: string, file: string | undefined): Promise<void> {
  for (const aside of await abandonedIn(parent, asidePrefix)) {
    const name = path.basename(aside).slice(asidePrefix.length);
    const id = await readFile(idIn(aside), 'utf8').catch(() => '');
    if (!plainId.test(id)) {
      // Nothing was moved yet.
      remove(aside);
      continue;
    }
    settle({
      draft: path.join(parent, name),
      folder: path.join(parent, id),
      beside: file === undefined ? undefined : { draft: `${file}${name}`, file },
    });
  }
}

function remove(place: string): void {
  rmSync(place, { recursive: true, force: true });
}
