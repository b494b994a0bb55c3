import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { repository, rolecall } from '../testing/cli.ts';
import { walkFixture } from '../testing/fixture-walk.ts';

const folder = path.join(repository, 'harness', 'e2e', 'fixtures');
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'leaks')
  .map((file) => path.dirname(file))
  // saas.slow.test.ts walks its leaks together.
  .filter((name) => name !== 'saas');

let out: string;
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-fixtures-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe('each fixture project with leaks', () => {
  it('is found', () => {
    expect(names.length).toBeGreaterThan(8);
  });

  it.each(names)('%s holds, and each leak is found', (name) => walkFixture(name));

  it.each(names)('%s is proven by a run, both phases and other ways to head included', async (name) => {
    const contract = path.join(folder, name, 'contract.yaml');
    const { exitCode, stdout } = await rolecall(['run', '--contract', contract, '--out', out]);
    expect([exitCode, stdout]).toEqual([0, expect.not.stringContaining('unproven')]);
  });
});
