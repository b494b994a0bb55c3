import type { Platform } from '../../process/platform.ts';

/** The platforms that have a package of PostgreSQL, by the names of the packages. */
export const packagePlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'] as const;

/** A platform as the packages name it. For Windows the name differs from Node's. */
export function packagePlatform(platform: Platform = process.platform, arch: string = process.arch): string {
  return `${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** The file of a program in the package of a platform, relative to its folder. */
export function packagedProgram(name: string, packageName: string): string {
  return `native/bin/${name}${packageName.startsWith('windows-') ? '.exe' : ''}`;
}
