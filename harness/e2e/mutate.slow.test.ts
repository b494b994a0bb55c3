import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import type { MutationReport } from '../mutation/mutation-report.ts';
import { rolecall, sandbox } from '../testing/cli.ts';
import { mutate, mutationReportAt, type MutationAnswer } from '../testing/mutate.ts';
import { smallProject } from '../testing/small-project.ts';

const survivors = ({ mutants }: MutationReport) =>
  mutants.filter(({ status }) => status === 'survived').map(({ id }) => id);

describe('mutate', () => {
  it('names the survivor that a removed suite and a removed line of the contract leave', async () => {
    await using project = await sandbox();
    const mutant = 'widen-body/security.list_tenant_ids()';
    const whole = await mutate(project.folder, '--only', mutant);
    expect(
      whole.report!.mutants.map(({ id, status, killed_by }) => [
        id,
        status,
        [...new Set(killed_by.pgtap.map(({ suite }) => suite))],
        killed_by.attempt,
        killed_by.catalog,
      ]),
    ).toEqual([
      [
        mutant,
        'killed',
        ['05_definer_functions_at_login'],
        [],
        [{ code: 'changed-function', object: 'security.list_tenant_ids()', identity: '', access: 'body' }],
      ],
    ]);
    await rm(project.file('pgtap/suites/05_definer_functions_at_login.sql'));
    await rm(project.file('pgtap/controls/05_definer_functions_at_login.sql'));
    await project.edit(
      'db/contract.yaml',
      /(security\.list_tenant_ids\(\):\n(?: {4}.*\n)*?) {4}body_sha256: .*\n/,
      '$1',
    );
    const part = await mutate(project.folder, '--only', mutant);
    expect(part.exitCode).toBe(1);
    expect(survivors(part.report!)).toEqual([mutant]);
    expect(part.answer!.verdict.reasons).toContain(`mutant-survived: ${mutant}`);
  });

  it('joins shards to the whole, and refuses parts that are none', async () => {
    await using project = await smallProject();
    const chosen = ['--only', 'grant-table/*E*', '--jobs', '1'];
    const whole = await mutate(project.folder, ...chosen);
    expect(whole.report!.mutants.length).toBeGreaterThan(2);
    for (const shard of ['1/2', '2/2']) {
      expect((await mutate(project.folder, ...chosen, '--shard', shard)).report!.mutants.length).toBeGreaterThan(0);
    }
    const merged = await rolecall(['merge', 'out', '--out', 'merged', '--format', 'json'], { cwd: project.folder });
    expect(merged.exitCode).toBe(whole.exitCode);
    const report = await mutationReportAt(
      path.resolve(project.folder, (JSON.parse(merged.stdout) as MutationAnswer).report),
    );
    expect(report.mutants).toEqual(whole.report!.mutants);
    expect(report.score).toEqual(whole.report!.score);
    const half = await rolecall(['merge', 'out/mutation.1-of-2.json'], { cwd: project.folder });
    expect(half.exitCode).toBe(2);
    expect(half.stderr).toContain('part 2/2 is missing');
  });

  it('lists a grant that nobody needs, on a view too, and none that a login needs to get in', async () => {
    await using project = await smallProject({
      'db/migrations/2_grants.sql': `create view public.shown as select item from public.orders; create view public.other as select item from public.orders;
grant select, insert on public.orders to app; grant select on public.shown, public.other to app;\n`,
      'db/contract.yaml': (text) =>
        text.replace(
          'tables:\n',
          `tables:\n  public.shown: { grants: { app: [SELECT] }, needs: [{ identity: app, access: [SELECT], required_by: shown.ts }] }\n  public.other: { grants: { app: [SELECT] } }\n`,
        ),
    });
    const { report, stderr } = await mutate(project.folder, '--only', 'revoke/*', '--jobs', '1');
    expect(stderr).not.toContain('fault');
    const unused = report!.unused_grants.map(({ mutant }) => mutant);
    expect(unused).toContain('revoke/public.other/app/SELECT');
    expect(unused).toContain('revoke/database/PUBLIC/TEMPORARY');
    expect(unused).not.toContain('revoke/public.shown/app/SELECT');
    expect(unused).not.toContain('revoke/database/PUBLIC/CONNECT');
  });
});

describe('broken examples', () => {
  it('a contract with an always-true policy is called out by name', async () => {
    await using project = await sandbox();
    await project.append(
      'db/migrations/202601211200_db_identity_contract.sql',
      '\nalter policy tenant_isolation_policy on public.investigations using (true) with check (true);\n',
    );
    await project.edit(
      'db/contract.yaml',
      /(public\.investigations:\n {4}row_security: forced\n {4}policies:) \*tenant_isolation/,
      `$1\n      tenant_isolation_policy: { using: "true", check: "true" }`,
    );
    const { exitCode, evidence } = await project.run();
    expect(exitCode).toBe(1);
    const said = evidence!.findings.filter(({ object }) => object === 'public.investigations').map(({ code }) => code);
    expect(said).toContain('policy-always-true');
    expect(said).toContain('fail-open');
    expect(evidence!.findings.some(({ code }) => code === 'changed-policy')).toBe(false);
  });

  it('a suite that only asserts that something is granted is called out by name, through a group too', async () => {
    await using project = await smallProject({
      'db/contract.yaml': (text) =>
        text
          .replace('app: { kind: login }', 'app: { kind: login, member_of: [rw] }, rw: { kind: group }')
          .replace('app: [SELECT, INSERT]', 'rw: [SELECT, INSERT]'),
      'db/migrations/2_grants.sql': 'create role rw; grant rw to app; grant select, insert on public.orders to rw;\n',
      'pgtap/suites/01_orders.sql': `begin; select plan(1); select ok(has_table_privilege('app', 'public.orders', 'SELECT'), 'app may read'); select * from finish(); rollback;\n`,
    });
    const { exitCode, report, answer } = await mutate(project.folder);
    expect(exitCode).toBe(1);
    expect(answer!.verdict.reasons).toContain('control-unnoticed: 01_orders');
    expect(report!.score.suites).toEqual([expect.objectContaining({ suite: '01_orders', kills: 'revocations' })]);
    expect(
      report!.mutants.filter(({ killed_by }) => killed_by.pgtap.length > 0).map(({ operator }) => operator),
    ).toContain('member-no-inherit');
    expect(await readFile(path.resolve(project.folder, answer!.report, 'report.md'), 'utf8')).toContain(
      'Only asserting what is granted: 01_orders',
    );
  });
});
