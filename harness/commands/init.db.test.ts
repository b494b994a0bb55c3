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
});
