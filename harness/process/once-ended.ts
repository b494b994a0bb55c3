import { isWindows, type Platform } from './platform.ts';

/**
 * Waits at most two minutes for the process in its first argument, then runs the program in the others. A process that nobody
 * reaps counts as ended.
 */
const inShell = `for _ in $(seq 1200); do
  case $(ps -o stat= -p "$0" 2>/dev/null) in '' | Z*) break ;; esac
  sleep 0.1
done
exec "$@"`;

/** The same without a shell. Windows has none, and there no process waits to be reaped. */
const inNode = `const [pid, file, ...args] = process.argv.slice(1);
const run = () => require('node:child_process').spawn(file, args, { stdio: 'ignore', windowsHide: true });
let looks = 0;
const look = () => {
  try {
    if (looks++ < 1200) {
      process.kill(Number(pid), 0);
      setTimeout(look, 100);
      return;
    }
  } catch {}
  run();
};
look();`;

/** A program that waits for a process to end, and then runs another. */
export function onceEnded(
  pid: number,
  file: string,
  args: readonly string[],
  platform: Platform = process.platform,
): [program: string, args: string[]] {
  return isWindows(platform)
    ? [process.execPath, ['-e', inNode, String(pid), file, ...args]]
    : ['/bin/sh', ['-c', inShell, String(pid), file, ...args]];
}
