import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

import { isWindows, type Platform } from '../process/platform.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Parent folders for temporary ones, in order of preference. */
export function tempDirs(env: Env, platform: Platform = process.platform): string[] {
  if (env['ROLECALL_TEMP_DIR']) {
    return [path.resolve(env['ROLECALL_TEMP_DIR'])];
  }
  if (isWindows(platform)) {
    return [tmpdir()];
  }
  // Memory first: a temporary cluster that never reaches a disk starts and ends fastest.
  return platform === 'linux' ? ['/dev/shm', tmpdir(), '/tmp', '/var/tmp'] : [tmpdir(), '/tmp'];
}

/** The user of root's servers cannot enter root's home, but it can enter the system's shared caches. */
export function cacheDir(
  env: Env,
  platform: Platform = process.platform,
  user: number | undefined = process.getuid?.(),
): string {
  if (env['ROLECALL_CACHE_DIR']) {
    return path.resolve(env['ROLECALL_CACHE_DIR']);
  }
  if (user === 0) {
    return '/var/cache/rolecall';
  }
  return path.join(env['XDG_CACHE_HOME'] || homeOfCaches(env, platform), 'rolecall');
}

function homeOfCaches(env: Env, platform: Platform): string {
  if (isWindows(platform)) {
    return env['LOCALAPPDATA'] || path.join(homedir(), 'AppData', 'Local');
  }
  return platform === 'darwin' ? path.join(homedir(), 'Library', 'Caches') : path.join(homedir(), '.cache');
}
