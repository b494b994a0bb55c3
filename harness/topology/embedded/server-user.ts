import { readFile } from 'node:fs/promises';

import type { RunAs } from '../../process/child.ts';

/** initdb and postgres refuse to run as root: the unprivileged user they run as then. Undefined where we are not root. */
export async function serverUser(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      passwd
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    // macOS gives nobody the id -2.
    if (Number(uid) > 0 && Number(gid) > 0) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  return { uid: 65_534, gid: 65_534 };
}
