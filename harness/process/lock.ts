import { unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { RolecallError } from '../common/errors.ts';
import { whileGuarded } from './exit-hook.ts';
import { placeMark, readMark } from './lock-mark.ts';
import { isGone, tagOf, taggedOwner, thisOwner, type Owner } from './owner.ts';
import { isWindows, type Platform } from './platform.ts';

/** The time between two checks of a lock that is held. A file system does not notify. */
const pollMs = 20;

/**
 * Runs `work` while nobody else holds the lock `file`. A lock whose process is gone is taken over. A lock that is held for longer
 * than `waitMs`, or cannot be made, is refused with `bad-pack`.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  waitMs = 30_000,
  platform: Platform = process.platform,
): Promise<T> {
  await acquire(file, waitMs, platform);
  return whileGuarded(
    () => unlinkSync(file),
    () => work().finally(() => rm(file, { force: true })),
  );
}

async function acquire(file: string, waitMs: number, platform: Platform): Promise<void> {
  const self = await thisOwner();
  for (const from = performance.now(); ;) {
    const failure = await placeMark(file, tagOf(self), platform).then(
      () => undefined,
      (error: unknown) => error as NodeJS.ErrnoException,
    );
    if (failure === undefined) {
      return;
    }
    if (failure.code !== 'EEXIST') {
      throw new RolecallError('bad-pack', {
        message: `cannot lock ${path.dirname(file)}: ${failure.message}`,
        cause: failure,
        next: `Name a folder that can be written to, and can hold ${isWindows(platform) ? 'hard' : 'symbolic'} links, with --out.`,
      });
    }
    const tag = await readMark(file, platform);
    if (await isAbandoned(tag, self)) {
      // Under a lock of its own: if two processes see an abandoned lock, the slower one would remove the faster one's new lock.
      await withLock(
        `${file}.takeover`,
        async () => {
          if (await isAbandoned(await readMark(file, platform), self)) {
            await rm(file, { force: true });
          }
        },
        waitMs,
        platform,
      );
    } else if (performance.now() - from > waitMs) {
      throw new RolecallError('bad-pack', {
        message: `${file} is held: ${heldBy(tag)} is writing there for more than ${waitMs / 1000} s`,
        next: 'Wait for it; where it has ended on another machine or in a container, remove that file.',
      });
    } else {
      await delay(pollMs);
    }
  }
}

async function isAbandoned(tag: string, self: Owner): Promise<boolean> {
  const owner = taggedOwner(tag);
  return owner !== undefined && (await isGone(owner, self, false));
}

function heldBy(tag: string): string {
  const owner = taggedOwner(tag);
  return owner === undefined ? 'somebody' : `process ${owner.pid}`;
}
