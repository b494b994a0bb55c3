import { isWindows, type Platform } from '../../process/platform.ts';

/** A program that prints the command line of a process. */
export function commandLineOf(pid: number, platform: Platform = process.platform): [program: string, args: string[]] {
  return isWindows(platform)
    ? [
        'powershell',
        [
          '-NoProfile',
          '-NonInteractive',
          '-Command',
          `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`,
        ],
      ]
    : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]];
}

/** Whether a command line names a folder. On Windows pg_ctl writes it with slashes. */
export function namesFolder(commandLine: string, folder: string): boolean {
  return [folder, folder.replaceAll('\\', '/')].some((name) => commandLine.includes(name));
}
