import { execaSync } from 'execa';

import { isWindows, systemEnv, type Platform } from './platform.ts';

/**
 * Sends a signal to a process group and its leader. On Windows, which has no groups, it kills the process and its children,
 * whatever the signal.
 */
export function killTree(pid: number, signal: NodeJS.Signals, platform: Platform = process.platform): void {
  if (isWindows(platform)) {
    const [program, args] = endingOf(pid);
    execaSync(program, args, { env: systemEnv(platform), extendEnv: false, stdio: 'ignore', reject: false });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // All of them have ended.
  }
}

/** The command that kills a process with its children on Windows, by force: a program without a window accepts nothing else. */
export function endingOf(pid: number): [program: string, args: string[]] {
  return ['taskkill', ['/PID', String(pid), '/T', '/F']];
}
