import { readdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { emptyFolder } from '../testing/empty-folder.ts';

const { file, put, read, at } = emptyFolder();

describe('init', () => {
  it('takes back nothing of the project’s and leaves nothing where the migrations fail', async () => {
    await put('db/migrations/001_bad.sql', 'create table oops (');
    const { exitCode, stderr } = await at('init');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('001_bad.sql');
    expect((await readdir(file(), { recursive: true })).toSorted()).toEqual([
      'db',
      'db/migrations',
      'db/migrations/001_bad.sql',
    ]);
  });

  it('writes over nothing', async () => {
    await put('db/migrations/001_a.sql', 'create table public.a (id int)');
    await put('db/contract.yaml', 'version: 1\n');
    const { exitCode, stderr } = await at('init');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('db/contract.yaml: there already, and init writes over nothing');
    expect(await read('db/contract.yaml')).toBe('version: 1\n');
  });

  it('refuses flags that say nothing, all at once, before anything is built', async () => {
    const { exitCode, stderr } = await at('init', '--login', 'a=b', '--down', 'x', '--update', '--migrations', 'm');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/--login says nothing with --update[^]*--migrations says nothing[^]*--down says nothing/),
    ]);
  });

  it('refuses an Alembic project that would migrate another database than it is told', async () => {
    await put('alembic.ini', '[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://production/app\n');
    await put('alembic/env.py', 'from alembic import context\n');
    const { exitCode, stderr } = await at('init');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('takes no URL from the environment')]);
    expect(await readdir(file())).toEqual(['alembic', 'alembic.ini']);
  });

  it('refuses a program that leaves the database it is given empty', async () => {
    const command = `${process.execPath.replaceAll(' ', '\\ ')} --version {revision}`;
    const { exitCode, stderr } = await at('init', '--command', command, '--baseline', '1', '--head', '2');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('in DATABASE_URL has no table')]);
    expect(await readdir(file())).toEqual([]);
  });
});
