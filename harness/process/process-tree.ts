import { execaSync } from 'execa';

import { isWindows, systemEnv, type Platform } from './platform.ts';

/** Signals a process that leads a group and all of the group. On Windows, which has no groups, ends it and what it started, whatever the signal. */
export function killTree(pid: number, signal: NodeJS.Signals, platform: Platform = process.platform): void {
  if (isWindows(platform)) {
    const [program, args] = endingOf(pid);
    execaSync(program, args, { env: systemEnv(platform), extendEnv: false, stdio: 'ignore', reject: false });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}

/** What ends a process on Windows with those below it. By force: a program without a window takes no other word. */
export function endingOf(pid: number): [program: string, args: string[]] {
  return ['taskkill', ['/PID', String(pid), '/T', '/F']];
}
