import { readFile } from 'node:fs/promises';

import type { RunAs } from '../../process/child.ts';

/**
 * The unprivileged user that runs the server if we are root, because initdb and postgres refuse to run as root. Undefined if we
 * are not root.
 */
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
    // macOS gives the user nobody the id -2.
    if (Number(uid) > 0 && Number(gid) > 0) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  return { uid: 65_534, gid: 65_534 };
}
