import { lstat } from 'node:fs/promises';
import path from 'node:path';

import { glob } from 'tinyglobby';

import { messageOf } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';
import { readPlainFile } from '../common/plain-file.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { Fault } from '../contract/source.ts';

/** In bytes. A larger file was generated, and nobody names it. */
const largestFile = 2_000_000;
const mostFiles = 20_000;

/** Files of source code, and who runs the SQL in them. */
export interface SourceFiles {
  /** Texts by path relative to the root, in order. */
  files: ReadonlyMap<string, string>;
  /** By path, the identities that the contract says run it. */
  saidToRun: ReadonlyMap<string, readonly string[]>;
}

/** Reads the files below `root` that `code` of a contract names. Links are not followed. */
export async function readSourceFiles(
  root: string,
  { include, exclude, identities }: NonNullable<ParsedContract['code']>,
): Promise<SourceFiles | { faults: Fault[] }> {
  const paths = await pathsOf(root, include, exclude);
  if (paths.length === 0) {
    return { faults: [{ path: ['code', 'include'], message: `names no file below ${root}` }] };
  }
  if (paths.length > mostFiles) {
    const message = `names ${paths.length} files below ${root}: more than ${mostFiles} are not read, leave some out by code.exclude`;
    return { faults: [{ path: ['code', 'include'], message }] };
  }
  const files = new Map<string, string>();
  const faults: Fault[] = [];
  for (const name of paths) {
    try {
      files.set(name, String(await readPlainFile(path.join(root, name), { limit: largestFile })));
    } catch (error) {
      const message = `${name} ${messageOf(error)}: leave it out by code.exclude`;
      faults.push({ path: ['code', 'include'], message });
    }
  }
  const saidToRun = new Map<string, readonly string[]>();
  for (const [pattern, names] of Object.entries(identities)) {
    const found = await pathsOf(root, [pattern], []);
    found.forEach((file) => saidToRun.set(file, [...new Set([...(saidToRun.get(file) ?? []), ...[names].flat()])]));
  }
  return faults.length > 0 ? { faults } : { files, saidToRun };
}

async function pathsOf(root: string, include: readonly string[], exclude: readonly string[]): Promise<string[]> {
  const found = await glob([...include], {
    cwd: root,
    ignore: [...exclude, '**/node_modules/**', '**/.git/**'],
    followSymbolicLinks: false,
    expandDirectories: false,
    dot: true,
  });
  const plain = await Promise.all(found.map(async (name) => (await lstat(path.join(root, name))).isFile()));
  return found.filter((_, index) => plain[index]).toSorted(byCodeUnit);
}
