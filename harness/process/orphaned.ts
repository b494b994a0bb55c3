import { isWindows } from './platform.ts';

/** Milliseconds between two checks. */
const lookMs = 250;

/**
 * Calls `end` once the process that started this one is gone. npm sends a signal to the shell that runs a script, and not every
 * shell passes it on. Not on Windows, where a process keeps its parent's id.
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
