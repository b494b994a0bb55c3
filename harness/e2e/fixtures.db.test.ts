import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readPlatform } from '../contract/platforms/platform.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { repository, rolecall } from '../testing/cli.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-fixtures-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

// fixtures.slow.test.ts walks all of them, with their leaks.
describe('a project on a platform', () => {
  it('is proven on a bare server, and its pack says which platform that was', async () => {
    const contract = path.join(repository, 'harness', 'e2e', 'fixtures', 'supabase', 'contract.yaml');
    const { exitCode, stdout } = await rolecall(['run', '--contract', contract, '--out', out, '--format', 'json']);
    const evidence = await readEvidence(path.resolve(repository, (JSON.parse(stdout) as { pack: string }).pack));
    expect([exitCode, evidence.findings, evidence.unproven]).toEqual([0, [], []]);
    expect(evidence.run.platform).toEqual({ name: 'supabase', sha256: readPlatform('supabase').sha256 });
    const tried = new Set(evidence.fail_closed.map(({ session, identity }) => `${session ?? 'itself'}: ${identity}`));
    expect(tried).toEqual(
      new Set(['itself: authenticator', 'anonymous: anon', 'user: authenticated', 'service: service_role']),
    );
  });
});
