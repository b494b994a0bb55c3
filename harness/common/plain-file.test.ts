import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { folderFault, makeFolders, plainFileFault, readPlainFile, whyNot } from './plain-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-plain-'));
  await writeFile(path.join(folder, 'file'), 'text');
  await writeFile(path.join(folder, 'large'), '');
  await truncate(path.join(folder, 'large'), 3_000_000_000);
  await mkdir(path.join(folder, 'folder'));
  await symlink('file', path.join(folder, 'link'));
  await symlink('nowhere', path.join(folder, 'dangling'));
  await symlink('loop', path.join(folder, 'loop'));
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string) => (name.startsWith('/') ? name : path.join(folder, name));

const table = [
  ['file', undefined, 'is a file, not a folder'],
  ['link', undefined, 'is a file, not a folder'],
  ['large', 'is larger than 1 MB', 'is a file, not a folder'],
  ['folder', 'is a folder, not a file', undefined],
  ['pipe', 'is a pipe, not a file', 'is a pipe, not a folder'],
  ['/dev/zero', 'is a device, not a file', 'is a device, not a folder'],
  ['missing', 'is not there', 'is not there'],
  ['dangling', 'is not there', 'is not there'],
  ['file/below', 'is not there: something above it is a file', 'is not there: something above it is a file'],
  ['loop', 'is a link that leads back to itself', 'is a link that leads back to itself'],
  ['x'.repeat(300), 'has a name that is too long', 'has a name that is too long'],
  ['nul\0', 'has a NUL character in its name', 'has a NUL character in its name'],
] as const;

it.each(table)('of %s it is said why it is not a file that ends, or not a folder', async (name, asFile, asFolder) => {
  const limit = 1_000_000;
  expect(await plainFileFault(at(name), { limit })).toBe(asFile);
  expect(await folderFault(at(name))).toBe(asFolder);
  const read = readPlainFile(at(name), { limit }).then(String);
  await (asFile === undefined ? expect(read).resolves.toBe('text') : expect(read).rejects.toThrow(asFile));
});

it('a link is not followed where links are refused', async () => {
  expect(await plainFileFault(at('link'), { links: 'refused' })).toBe('is a link, not a file');
});

describe('folders that are made', () => {
  it('are made one below the other, and are there already the second time', async () => {
    await makeFolders(at('a/b/c'));
    await makeFolders(at('a/b/c'));
    expect(await folderFault(at('a/b/c'))).toBeUndefined();
  });

  it.each([
    ['file', 'is there already, and is not a folder'],
    ['file/below', 'is not there: something above it is a file'],
    ['/proc/a/b', 'is not there'],
    ['/dev/null/a', 'is not there: something above it is a file'],
    ['a/'.padEnd(300, 'x'), 'has a name that is too long'],
    ['nul\0', 'has a NUL character in its name'],
  ])('are refused at %s, at once', async (name, why) => {
    expect(await makeFolders(at(name)).catch(whyNot)).toBe(why);
  });
});
