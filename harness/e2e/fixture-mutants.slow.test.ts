import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { mutate } from '../testing/mutate.ts';

const folder = path.join(repository, 'harness', 'e2e', 'fixtures');
/** Projects that are open at head: no mutant is tried there, and sessions.slow.test.ts has them. `saas` has too many mutants. */
const others = ['authenticated-reads-all', 'child-leaks', 'search-path-only', 'tenants-leak', 'saas'];
const names = readdirSync(folder).filter((name) => !others.includes(name));

/** A part of each project's mutants: all of them take twenty minutes. `ROLECALL_FIXTURE_SHARD=1/1` tries them all. */
const shard = process.env['ROLECALL_FIXTURE_SHARD'] ?? '1/15';

let out: string;
const counted = { noticed: 0, all: 0 };
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-fixture-mutants-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe('each fixture project that holds', () => {
  it('is found', () => {
    expect(names.length).toBeGreaterThan(15);
  });

  it.each(names)(
    '%s can be broken in every way that is tried, and notices nearly all of it',
    async (name) => {
      const { report } = await mutate(out, '--contract', path.join(folder, name, 'contract.yaml'), '--shard', shard);
      const idsOf = (wanted: string) => report!.mutants.filter(({ status }) => status === wanted).map(({ id }) => id);
      expect(idsOf('invalid')).toEqual([]);
      counted.noticed += report!.mutants.length - idsOf('survived').length;
      counted.all += report!.mutants.length;
      // In a part, one survivor may exceed the twentieth that a whole project may have.
      const most = Math.max(1, Math.floor(report!.mutants.length / 20));
      expect(idsOf('survived').length, idsOf('survived').join('\n')).toBeLessThanOrEqual(most);
    },
    600_000,
  );

  it('is noticed for at least 95 of 100 mutants', () => {
    expect(counted.all).toBeGreaterThan(names.length);
    expect(counted.noticed / counted.all).toBeGreaterThanOrEqual(0.95);
  });
});
