import { isWindows } from './platform.ts';

/** Milliseconds between two looks. */
const lookMs = 250;

/**
 * Calls `end` once the process that started this one is gone. npm hands a signal to the shell that it starts a script with, and
 * not every shell hands it on. Not on Windows, where a process keeps the number of who started it.
 */
export function onOrphaned(end: () => void): void {
  if (isWindows()) {
    return;
  }
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(timer);
      end();
    }
  }, lookMs);
  timer.unref();
}
