import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { mutate } from '../testing/mutate.ts';

const folder = path.join(repository, 'harness', 'e2e', 'fixtures');
/** Where they are open at head, no mutant is tried: sessions.slow.test.ts has them. The mutants of `saas` are too many. */
const others = ['authenticated-reads-all', 'child-leaks', 'tenants-leak', 'saas'];
const names = readdirSync(folder).filter((name) => !others.includes(name));

let out: string;
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-fixture-mutants-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe('each fixture project that holds', () => {
  it('is found', () => {
    expect(names.length).toBeGreaterThan(15);
  });

  it.each(names)(
    '%s notices what is broken of it, and every mutant of it can be made',
    async (name) => {
      const { report } = await mutate(out, '--contract', path.join(folder, name, 'contract.yaml'));
      const idsOf = (wanted: string) => report!.mutants.filter(({ status }) => status === wanted).map(({ id }) => id);
      expect(idsOf('invalid')).toEqual([]);
      expect(report!.score.percent, idsOf('survived').join('\n')).toBeGreaterThanOrEqual(95);
    },
    600_000,
  );
});
