import type { Platform } from '../../process/platform.ts';

/** The platforms for which there is a package of PostgreSQL, as the packages are named. */
export const packagePlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'] as const;

/** A platform as the packages name it, which for Windows is not as Node does. */
export function packagePlatform(platform: Platform = process.platform, arch: string = process.arch): string {
  return `${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** The file of a program in the package of a platform, as a path below its folder. */
export function packagedProgram(name: string, packageName: string): string {
  return `native/bin/${name}${packageName.startsWith('windows-') ? '.exe' : ''}`;
}
