import { link, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { isWindows, type Platform } from './platform.ts';

/** Distinguishes drafts of one process. */
let drafts = 0;

/**
 * Makes a file with the content `tag`, the tag of this process. It appears with its whole content; rejects with `EEXIST` if it
 * exists. It is a symbolic link; on Windows, where that needs a privilege, it is a hard link to a draft, which the next run
 * removes.
 */
export async function placeMark(file: string, tag: string, platform: Platform = process.platform): Promise<void> {
  if (!isWindows(platform)) {
    return symlink(tag, file);
  }
  drafts += 1;
  const draft = path.join(path.dirname(file), `.draft-${tag}-${drafts}`);
  try {
    await writeFile(draft, tag);
    await link(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The content of such a file; undefined if there is none. */
export function readMark(file: string, platform: Platform = process.platform): Promise<string> {
  return (isWindows(platform) ? readFile(file, 'utf8') : readlink(file)).catch(() => '');
}
