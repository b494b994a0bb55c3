import { renameSync } from 'node:fs';

/** How long to wait for a file that other programs have open. */
const mostMs = 5000;

const heldCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);

/**
 * Renames a file or folder. Windows refuses while any program has something in it open, as a virus scanner does with new files.
 * There it is tried again until that ends.
 */
export function rename(
  from: string,
  to: string,
  platform: NodeJS.Platform = process.platform,
  tryIt: typeof renameSync = renameSync,
): void {
  for (const begun = performance.now(); ;) {
    try {
      tryIt(from, to);
      return;
    } catch (error) {
      const isHeld = platform === 'win32' && heldCodes.has((error as NodeJS.ErrnoException).code ?? '');
      if (!isHeld || performance.now() - begun > mostMs) {
        throw error;
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}
