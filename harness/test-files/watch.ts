import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

/** Editors write a file in several steps. */
const settleMs = 150;

/** Waits until some of `files` change, and returns those; undefined if `signal` ends the wait. */
export async function nextChange(files: readonly string[], signal: AbortSignal): Promise<string[] | undefined> {
  if (signal.aborted) {
    return undefined;
  }
  const wanted = new Map(files.map((file) => [path.resolve(file), file]));
  const changed = new Set<string>();
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  // A replaced file is another file, so its folder is watched.
  return new Promise<string[] | undefined>((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    for (const folder of new Set([...wanted.keys()].map((file) => path.dirname(file)))) {
      const watcher = watch(folder, (_, name) => {
        const file = name === null ? undefined : wanted.get(path.join(folder, name));
        if (file !== undefined) {
          changed.add(file);
          clearTimeout(timer);
          timer = setTimeout(() => resolve([...changed]), settleMs);
        }
      });
      watcher.on('error', reject);
      watchers.push(watcher);
    }
  }).finally(() => {
    clearTimeout(timer);
    watchers.forEach((watcher) => watcher.close());
  });
}
