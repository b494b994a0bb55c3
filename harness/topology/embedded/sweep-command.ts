import { isWindows, type Platform } from '../../process/platform.ts';

/** The program that prints with what a process was started. */
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

/** Whether that names a folder, which pg_ctl writes with slashes on Windows. */
export function namesFolder(commandLine: string, folder: string): boolean {
  return [folder, folder.replaceAll('\\', '/')].some((name) => commandLine.includes(name));
}
