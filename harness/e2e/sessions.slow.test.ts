import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readEvidence } from '../pack/read-pack.ts';
import type { Evidence } from '../pack/evidence.ts';
import { repository, rolecall } from '../testing/cli.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-sessions-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

interface Came {
  exitCode: number | undefined;
  stderr: string;
  evidence: Evidence;
}

const runs = new Map<string, Promise<Came>>();

/** The result of a fixture project, run once. */
function run(name: string): Promise<Came> {
  const came = runs.get(name) ?? start(name);
  runs.set(name, came);
  return came;
}

async function start(name: string): Promise<Came> {
  const contract = path.join(repository, 'harness', 'e2e', 'fixtures', name, 'contract.yaml');
  const { exitCode, stdout, stderr } = await rolecall([
    'run',
    '--contract',
    contract,
    '--out',
    out,
    '--format',
    'json',
  ]);
  const { pack } = JSON.parse(stdout) as { pack: string };
  return { exitCode, stderr, evidence: await readEvidence(path.resolve(repository, pack)) };
}

describe('a project that tells tenants apart in its own way', () => {
  it.each([
    'jwt-claims',
    'membership',
    'two-settings',
    'tenants-in-an-array',
    'authenticator',
    'child-through-its-parent',
    'tenants-by-id',
  ])('%s holds, and nothing of it is unproven', async (name) => {
    const { exitCode, stderr, evidence } = await run(name);
    const open = evidence.findings.filter(({ accepted }) => accepted === undefined);
    expect([exitCode, open, evidence.unproven, stderr]).toEqual([0, [], [], expect.any(String)]);
    const seen = evidence.fail_closed.filter(({ command }) => command === 'SELECT');
    expect(seen.filter(({ context, rows }) => context === 'own-tenant' && rows > 0)).not.toEqual([]);
  });

  it.each([
    ['authenticated-reads-all', 'public.docs', 'authenticated (session user of authenticator): SELECT'],
    ['child-leaks', 'public.lines', 'app: SELECT'],
    ['tenants-leak', 'public.tenants', 'app: SELECT'],
  ])('%s is open, and it is told where', async (name, object, who) => {
    const { exitCode, evidence } = await run(name);
    expect(exitCode).toBe(1);
    expect(new Set(evidence.findings.map((one) => `${one.code} ${one.object}`))).toEqual(
      new Set([`fail-open ${object}`]),
    );
    expect(evidence.findings.map(({ message }) => message)).toContainEqual(expect.stringContaining(who));
  });
});

describe('a schema for each tenant, which one login may use', () => {
  it('is one finding for its session, whatever its tables', async () => {
    const { exitCode, evidence } = await run('search-path-only');
    const found = evidence.findings.map(({ code, object, identity }) => `${code} ${object} ${identity}`);
    expect([exitCode, found, evidence.unproven]).toEqual([1, ['isolated-by-search-path-only member app'], []]);
  });

  it('can be accepted', async () => {
    const folder = path.join(out, 'accepted');
    const fixture = path.join(repository, 'harness', 'e2e', 'fixtures', 'search-path-only');
    await cp(fixture, folder, { recursive: true });
    const contract = path.join(folder, 'contract.yaml');
    await appendFile(
      contract,
      'accepted: [{ code: isolated-by-search-path-only, object: member, reason: known, until: 2099-12-31 }]\n',
    );
    const { exitCode, stdout } = await rolecall(['run', '--contract', contract, '--out', out]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('accepted      isolated-by-search-path-only')]);
  });
});

describe('a login that has to assume a role', () => {
  it('is tried before it does, after RESET ROLE, and as each of its sessions', async () => {
    const { evidence } = await run('authenticator');
    const as = (identity: string) => evidence.fail_closed.filter((cell) => cell.identity === identity);
    expect(new Set(as('authenticator').map(({ context }) => context))).toEqual(
      new Set(['never-set', 'after-reset-role']),
    );
    expect(new Set(as('authenticator').map(({ outcome }) => outcome))).toEqual(new Set(['denied-by-grant']));
    expect(new Set(as('anon').map(({ context, session }) => `${session!} ${context}`))).toEqual(
      new Set(['anonymous sees-open']),
    );
    const own = as('authenticated').find(({ command, context }) => command === 'SELECT' && context === 'own-tenant');
    expect(own).toMatchObject({ session: 'user', login: 'authenticator', outcome: 'allowed', rows: 1 });
    expect(evidence.phases.head.suites.find(({ as: session }) => session === 'user')).toMatchObject({
      login: 'authenticator',
      role: 'authenticated',
      status: 'complete',
    });
    expect(evidence.truth_table).toEqual([
      expect.objectContaining({
        identity: 'authenticated',
        allowed: true,
        rls: 'enforced on the rows that the contract says',
      }),
      expect.objectContaining({ identity: 'anon', allowed: false }),
    ]);
    expect(evidence.truth_table.map(({ witnesses: { catalog, attempt } }) => [catalog, attempt])).toEqual([
      ['allowed', 'allowed'],
      ['denied', 'denied'],
    ]);
  });
});

describe('a session that is filled with several values', () => {
  it('is tried with each of them missing, and with those of two tenants mixed', async () => {
    const { evidence } = await run('two-settings');
    const of = (context: string) => evidence.fail_closed.filter((cell) => cell.context === context);
    expect(new Set(of('partly-set').map(({ command, rows }) => `${command} ${rows}`))).toEqual(
      new Set(['SELECT 0', 'INSERT 0', 'UPDATE 0', 'DELETE 0']),
    );
    expect(of('mixed')).toHaveLength(4);
  });
});
