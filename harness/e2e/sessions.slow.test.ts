import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { mutate } from '../testing/mutate.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-sessions-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe('a project that tells tenants apart in its own way', () => {
  it.each([
    'authenticator',
    'child-through-its-parent',
    'jwt-claims',
    'membership',
    'tenants-in-an-array',
    'two-settings',
  ])(
    '%s notices what is broken of it, and every mutant of it can be made',
    async (name) => {
      const contract = path.join(repository, 'harness', 'e2e', 'fixtures', name, 'contract.yaml');
      const { report } = await mutate(out, '--contract', contract);
      expect(report!.score.percent).toBeGreaterThanOrEqual(95);
      const idOf = (wanted: string) => report!.mutants.filter(({ status }) => status === wanted).map(({ id }) => id);
      expect(idOf('invalid')).toEqual([]);
      expect(idOf('survived')).toEqual(['schema-owner/public/postgres']);
    },
    600_000,
  );
});
