import { cp } from 'node:fs/promises';

import { runChild, type RunAs } from '../../process/child.ts';
import { isWindows, systemEnv, type Platform } from '../../process/platform.ts';

export interface CopyOptions {
  cwd: string;
  /** Who the copy belongs to, where that is not who made it. Not on Windows, where a server runs as its user. */
  owner?: RunAs | undefined;
  signal?: AbortSignal | undefined;
}

/** Copies a folder to a place where there is none. */
export async function copyTree(
  from: string,
  to: string,
  { cwd, owner, signal }: CopyOptions,
  platform: Platform = process.platform,
): Promise<void> {
  const options = { cwd, signal, env: systemEnv(platform) };
  if (isWindows(platform)) {
    signal?.throwIfAborted();
    await cp(from, to, { recursive: true, errorOnExist: true, force: false });
    signal?.throwIfAborted();
  } else if (owner === undefined) {
    await runChild('cp', ['-a', from, to], options);
  } else {
    // One program for both: to start one costs as much as to copy.
    const script = 'cp -a "$1" "$2" && exec chown -R "$3" "$2"';
    await runChild('sh', ['-c', script, 'sh', from, to, `${owner.uid}:${owner.gid}`], options);
  }
}
