import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readSourceFiles } from './read-files.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'rolecall-source-'));
  for (const name of ['src/a.ts', 'src/a.test.ts', 'src/[id]/b.ts', 'src/.dot/c.ts', 'node_modules/x/d.ts', 'bin/e']) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), name);
  }
  await writeFile(path.join(root, 'bundle.js'), 'x'.repeat(2_000_001));
  await symlink('nowhere', path.join(root, 'src/dangling.ts'));
  await symlink('..', path.join(root, 'src/up'));
});
afterAll(() => rm(root, { recursive: true }));

const read = (include: string[], exclude: string[] = [], identities: Record<string, string | string[]> = {}) =>
  readSourceFiles(root, { root: '..', include, exclude, identities });

describe('the files of source code', () => {
  it('are those that patterns name, in order, without links and what was installed', async () => {
    expect(await read(['**/*.ts', 'bin/*'], ['**/*.test.ts'])).toEqual({
      files: new Map(['bin/e', 'src/.dot/c.ts', 'src/[id]/b.ts', 'src/a.ts'].map((name) => [name, name])),
      saidToRun: new Map(),
    });
  });

  it('are run by all whom a pattern names', async () => {
    expect(await read(['**/*.ts'], [], { 'src/*.ts': 'app', 'src/a.ts': ['worker', 'app'] })).toMatchObject({
      saidToRun: new Map([
        ['src/a.test.ts', ['app']],
        ['src/a.ts', ['app', 'worker']],
      ]),
    });
  });

  it('are a fault of the contract where there are none, or one is too large', async () => {
    expect(await read(['src/*.py'])).toEqual({
      faults: [{ path: ['code', 'include'], message: `names no file below ${root}` }],
    });
    expect(await read(['*.js'])).toEqual({
      faults: [{ path: ['code', 'include'], message: 'bundle.js is larger than 2 MB: leave it out by code.exclude' }],
    });
  });
});
