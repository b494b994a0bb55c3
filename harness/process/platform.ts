/** Where a program runs, as Node names it. A parameter of whatever differs there, so that tests on one try the other. */
export type Platform = NodeJS.Platform;

/** Whether it is Windows: no signals but the end, no process groups, no users by number, no symbolic links without a privilege. */
export function isWindows(platform: Platform = process.platform): boolean {
  return platform === 'win32';
}

/** The file of a program. */
export function programFile(name: string, platform: Platform = process.platform): string {
  return isWindows(platform) ? `${name}.exe` : name;
}

/**
 * The environment of a program of the system or of a server, which needs nothing of ours. On Windows libuv itself adds what no
 * program there can do without: PATH, SystemRoot, TEMP.
 */
export function systemEnv(platform: Platform = process.platform): Record<string, string> {
  return isWindows(platform) ? {} : { PATH: '/bin:/usr/bin' };
}
