import { cp } from 'node:fs/promises';

import { runChild, type RunAs } from '../../process/child.ts';
import { isWindows, systemEnv, type Platform } from '../../process/platform.ts';

export interface CopyOptions {
  cwd: string;
  /** The owner of the copy, if it is not our user. Not used on Windows, where a server runs as our user. */
  owner?: RunAs | undefined;
  signal?: AbortSignal | undefined;
}

/** Copies a folder to a path that does not exist yet. */
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
    // One program for both steps: starting one costs as much as copying.
    const script = 'cp -a "$1" "$2" && exec chown -R "$3" "$2"';
    await runChild('sh', ['-c', script, 'sh', from, to, `${owner.uid}:${owner.gid}`], options);
  }
}
