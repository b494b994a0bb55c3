import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';

let folder: string;
const file = (name: string) => path.join(folder, name);
const put = async (name: string, text: string) => {
  await mkdir(path.dirname(file(name)), { recursive: true });
  await writeFile(file(name), text);
};
const read = (name: string) => readFile(file(name), 'utf8');
const at = (...args: string[]) => rolecall(args, { cwd: folder });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('init', () => {
  it('takes back nothing of the project’s and leaves nothing where the migrations fail', async () => {
    await put('db/migrations/001_bad.sql', 'create table oops (');
    const { exitCode, stderr } = await at('init');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('001_bad.sql');
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([
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
