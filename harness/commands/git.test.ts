import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChild } from '../process/child.ts';
import { testContext } from '../testing/head.ts';
import { gitState, repositoryUri } from './git.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'rolecall-git-'));
  for (const name of ['db/contract.yaml', 'src/app.ts', 'reports/INDEX.md']) {
    await write(name, 'one\n');
  }
});
afterEach(() => rm(root, { recursive: true }));

const at = (...name: string[]) => path.join(root, ...name);
async function write(name: string, text: string): Promise<void> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), text);
}
const env = { PATH: process.env['PATH']!, HOME: '/nonexistent' };
const git = (...args: string[]) =>
  runChild('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root, env });
async function commit(): Promise<string> {
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'one');
  return (await git('rev-parse', 'HEAD')).trim();
}
const state = (out = at('reports')) => gitState(at('db/contract.yaml'), out, testContext(env).context);

describe('the state of the work tree', () => {
  it('is null outside a repository and before the first commit', async () => {
    expect(await state()).toEqual({ commit: null, dirty: false });
    await git('init', '--quiet');
    expect(await state()).toEqual({ commit: null, dirty: false });
  });

  it('is clean after a commit, even if packs were written to the reports folder', async () => {
    const head = await commit();
    await write('reports/INDEX.md', 'two\n');
    await write('reports/runs/new/evidence.json', '{}');
    expect(await state()).toEqual({ commit: head, dirty: false });
  });

  it.each([
    ['a changed file elsewhere', 'src/app.ts'],
    ['a file elsewhere that is not tracked', 'src/new.ts'],
    ['a changed contract', 'db/contract.yaml'],
    ['a folder beside the packs', 'reports-of-mine/x'],
  ])('is dirty by %s', async (_, name) => {
    const head = await commit();
    await write(name, 'two\n');
    expect(await state()).toEqual({ commit: head, dirty: true });
  });

  it('is dirty when packs are written elsewhere inside the tree', async () => {
    const head = await commit();
    await write('reports/INDEX.md', 'two\n');
    expect(await state(path.join(tmpdir(), 'rolecall-elsewhere'))).toEqual({ commit: head, dirty: true });
    expect(await state(at('*'))).toEqual({ commit: head, dirty: true });
    expect(await state(root)).toEqual({ commit: head, dirty: true });
  });
});

it('a repository is told by the address that a browser finds it at, never with a login; a folder is none', () => {
  const uri = 'https://github.com/acme/shop';
  for (const remote of [
    'git@github.com:acme/shop.git',
    'github.com:acme/shop',
    'ssh://git@github.com:22/acme/shop.git',
    'https://user:s3cret@github.com/acme/shop.git?token=s3cret',
    'https://github.com/acme/shop',
  ]) {
    expect(repositoryUri(remote)).toBe(uri);
  }
  for (const remote of [
    '',
    '/srv/git/shop.git',
    '../shop',
    'C:\\git\\shop',
    'C:/git/shop',
    'file:///srv/shop',
    'http://localhost/x',
  ]) {
    expect(repositoryUri(remote)).toBeUndefined();
  }
});
