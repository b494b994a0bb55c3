import { link, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { isWindows, type Platform } from './platform.ts';

/** Tells drafts of one process apart. */
let drafts = 0;

/**
 * Makes a file that says `tag`, the tag of this process, and comes into being with all that it says; rejects with `EEXIST` where
 * one is there. A symbolic link; on Windows, where that needs a privilege, a hard link to a draft that the next run sweeps.
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

/** What such a file says; nothing where there is none. */
export function readMark(file: string, platform: Platform = process.platform): Promise<string> {
  return (isWindows(platform) ? readFile(file, 'utf8') : readlink(file)).catch(() => '');
}
