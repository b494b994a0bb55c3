import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import type { MutationReport } from '../mutation/mutation-report.ts';
import { rolecall, sandbox } from './cli.ts';
import { smallProject } from './small-project.ts';

interface Answer {
  report: string;
  verdict: MutationReport['verdict'];
}

/** Runs `mutate` in a folder, and reads the report it wrote. */
async function mutate(folder: string, ...args: string[]) {
  const result = await rolecall(['mutate', '--format', 'json', '--out', 'out', ...args], { cwd: folder });
  const answer = result.stdout === '' ? undefined : (JSON.parse(result.stdout) as Answer);
  const report = answer === undefined ? undefined : await reportAt(path.resolve(folder, answer.report));
  return { ...result, answer, report };
}

async function reportAt(place: string): Promise<MutationReport> {
  return JSON.parse(await readFile(place.endsWith('.json') ? place : path.join(place, 'mutation.json'), 'utf8')) as MutationReport;
}

const ids = ({ mutants }: MutationReport, status: string) => mutants.filter((one) => one.status === status).map(({ id }) => id);

describe('mutate on our own head', () => {
  it('kills what a policy, a door and a role can be broken by, and says who noticed', async () => {
    await using project = await sandbox();
    const { exitCode, report, stderr } = await mutate(project.folder, '--only', 'using-true/*');
    expect(stderr).not.toContain('fault');
    expect(exitCode).toBe(0);
    expect(report!.mutants).toHaveLength(4);
    for (const { status, noticed } of report!.mutants) {
      expect(status).toBe('killed');
      expect(noticed.attempt.join()).toContain('fail-open');
      expect(noticed.catalog.join()).toContain('changed-policy');
      expect(noticed.pgtap.length).toBeGreaterThan(0);
    }
    expect(report!.controls.every(({ noticed }) => noticed)).toBe(true);
  });

  it('sees by a real login what no transaction shows, and leaves the cluster as it was', async () => {
    await using project = await sandbox();
    const { exitCode, report } = await mutate(project.folder, '--only', 'role-setting', '--jobs', '1');
    expect(exitCode).toBe(0);
    expect(report!.mutants.length).toBeGreaterThan(0);
    expect(report!.mutants.every(({ isolation, status }) => isolation === 'login' && status === 'killed')).toBe(true);
  });

  it('names the survivors that a removed suite and a removed line of the contract leave', async () => {
    await using project = await sandbox();
    const whole = await mutate(project.folder, '--only', 'widen-body');
    expect(whole.report!.score.survived).toBe(0);
    expect(whole.report!.mutants.length).toBeGreaterThan(0);
    const suites = new Set(whole.report!.mutants.flatMap(({ noticed }) => noticed.pgtap.map((name) => name.slice(0, name.indexOf('#')))));
    for (const suite of suites) {
      await rm(project.file(`pgtap/suites/${suite}.sql`));
      await rm(project.file(`pgtap/controls/${suite}.sql`), { force: true });
    }
    await project.edit('db/contract.yaml', /^ +body_sha256: .*\n/gm, '');
    const part = await mutate(project.folder, '--only', 'widen-body');
    expect(ids(part.report!, 'survived').length).toBeGreaterThan(0);
    expect(part.exitCode).toBe(1);
    expect(part.answer!.verdict.reasons).toContain(`mutant-survived: ${ids(part.report!, 'survived')[0]!}`);
  });

  it('joins shards to the whole, and refuses parts that are none', async () => {
    await using project = await sandbox();
    const whole = await mutate(project.folder, '--only', 'grant-table/public.tenants/PUBLIC/*E*');
    for (const shard of ['1/2', '2/2']) {
      expect((await mutate(project.folder, '--only', 'grant-table/public.tenants/PUBLIC/*E*', '--shard', shard)).exitCode).toBe(0);
    }
    const merged = await rolecall(['merge', 'out', '--out', 'merged', '--format', 'json'], { cwd: project.folder });
    expect(merged.exitCode).toBe(0);
    const report = await reportAt(path.resolve(project.folder, (JSON.parse(merged.stdout) as Answer).report));
    expect(report.mutants).toEqual(whole.report!.mutants);
    expect(report.score).toEqual(whole.report!.score);
    const half = await rolecall(['merge', 'out/mutation.1-of-2.json'], { cwd: project.folder });
    expect(half.exitCode).toBe(2);
    expect(half.stderr).toContain('part 2/2 is missing');
  });

  it('never passes without a mutant, and not on a head that is not green', async () => {
    await using project = await sandbox();
    const none = await mutate(project.folder, '--only', 'no-such-mutant');
    expect(none.exitCode).toBe(3);
    await project.append('db/migrations/202601211200_db_identity_contract.sql', '\ngrant select on public.tenants to app_rw;\n');
    const red = await mutate(project.folder, '--only', 'using-true');
    expect(red.exitCode).toBe(1);
    expect(red.report!.mutants).toEqual([]);
    expect(red.answer!.verdict.reasons.join()).toContain('the unbroken head is not green');
  });
});

describe('broken examples', () => {
  it('a contract with an always-true policy is called out by name', async () => {
    await using project = await sandbox();
    await project.append('db/migrations/202601211200_db_identity_contract.sql', '\nalter policy tenant_isolation_policy on public.investigations using (true) with check (true);\n');
    await project.edit('db/contract.yaml', /(public\.investigations:\n {4}row_security: forced\n {4}policies:) \*tenant_isolation/, `$1\n      tenant_isolation_policy: { using: "true", check: "true" }`);
    const { exitCode, evidence } = await project.run();
    expect(exitCode).toBe(1);
    const said = evidence!.findings.filter(({ object }) => object === 'public.investigations').map(({ code }) => code);
    expect(said).toContain('policy-always-true');
    expect(said).toContain('fail-open');
    expect(evidence!.findings.some(({ code }) => code === 'changed-policy')).toBe(false);
  });

  it('a suite that only asserts that something is granted is called out by name', async () => {
    await using project = await smallProject({
      'pgtap/suites/01_orders.sql': `begin; select plan(1); select ok(has_table_privilege('app', 'public.orders', 'SELECT'), 'app may read'); select * from finish(); rollback;\n`,
    });
    const { exitCode, report, answer } = await mutate(project.folder, '--only', '*/public.orders/*');
    expect(exitCode).toBe(1);
    expect(answer!.verdict.reasons).toContain('control-unnoticed: 01_orders');
    expect(report!.score.suites).toEqual([expect.objectContaining({ suite: '01_orders', sees: 'revocations' })]);
    expect(await readFile(path.resolve(project.folder, answer!.report, 'report.md'), 'utf8')).toContain('Only asserting what is granted: 01_orders');
  });
});
