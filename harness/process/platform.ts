/**
 * The platform, as Node names it. It is a parameter of everything that differs by platform, so that tests on one can try the
 * other.
 */
export type Platform = NodeJS.Platform;

/** Whether it is Windows: only one signal, no process groups, no user ids, no symbolic links without a privilege. */
export function isWindows(platform: Platform = process.platform): boolean {
  return platform === 'win32';
}

/** The file name of a program. */
export function programFile(name: string, platform: Platform = process.platform): string {
  return isWindows(platform) ? `${name}.exe` : name;
}

/**
 * The environment of a program of the system or of a server, which needs nothing of ours. On Windows libuv itself adds what every
 * program needs: PATH, SystemRoot, TEMP.
 */
export function systemEnv(platform: Platform = process.platform): Record<string, string> {
  return isWindows(platform) ? {} : { PATH: '/bin:/usr/bin' };
}
