import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { isInstalled } from './init-workflow.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'rolecall-workflow-'));
});
afterEach(() => rm(root, { recursive: true }));

it.each([
  ['from a registry', 'https://registry.example/rolecall/-/rolecall-0.1.0.tgz', true],
  ['from a file of the repository', 'file:vendor/rolecall-0.1.0.tgz', true],
  ['from a repository', 'git+ssh://git@example.org/rolecall.git#1', true],
  ['from a file beside the repository', 'file:../rolecall/rolecall-0.1.0.tgz', false],
  ['from a file of this machine', 'file:/srv/rolecall-0.1.0.tgz', false],
  ['from a folder beside the repository', '../rolecall', false],
])('a lockfile that takes the program %s installs it in a clone: %s: %s', async (_, resolved, installs) => {
  await writeFile(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/rolecall': { resolved } } }),
  );
  expect(await isInstalled(root)).toBe(installs);
});

it('no lockfile, one that cannot be read and one without the program install nothing', async () => {
  expect(await isInstalled(root)).toBe(false);
  for (const text of ['{', '{"packages":{"node_modules/pg":{}}}']) {
    await writeFile(path.join(root, 'package-lock.json'), text);
    expect(await isInstalled(root)).toBe(false);
  }
});
