import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Attempt, CatalogAnswer } from '../attempts/attempt.ts';
import { sandbox, type Sandbox } from '../testing/cli.ts';
import { expectMatrix, headMatrix } from '../testing/measured-matrix.ts';

type Run = Awaited<ReturnType<Sandbox['run']>>;

describe('the main job on this project', () => {
  let project: Sandbox;
  let run: Run;
  let evidence: NonNullable<Run['evidence']>;

  beforeAll(async () => {
    project = await sandbox();
    run = await project.run();
    evidence = run.evidence!;
  });
  afterAll(() => project[Symbol.asyncDispose]());

  const attempts = (phase: 'baseline' | 'head') =>
    evidence.phases[phase].probes.filter((probe): probe is Attempt => probe.kind === 'attempt');
  const attempt = (phase: 'baseline' | 'head', object: string, access: string, context = 'own-tenant') =>
    attempts(phase).find((one) => one.object === object && one.command === access && one.context === context)!;

  it('passes, and says so on one line', () => {
    expect(run.stderr).not.toContain('internal error');
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({
      pack: expect.stringContaining('reports/runs/'),
      verdict: {
        status: 'pass',
        exit_code: 0,
        reasons: [],
        proof: expect.objectContaining({ demanded: 'full', reached: 'full', not_seen: [] }) as object,
      },
    });
  });

  it('reproduces the failure at baseline, in the catalog and with the server’s words', () => {
    const answer = (object: string, access: string) =>
      evidence.phases.baseline.probes.find(
        (one): one is CatalogAnswer => one.kind === 'catalog' && one.key === `catalog/app_user/${object}/${access}`,
      )!.answer;
    expect(answer('public.tenants', 'SELECT')).toBe(false);
    expect(answer('public.llm_api_calls', 'INSERT')).toBe(false);
    expect(answer('public.llm_api_calls', 'SELECT')).toBe(false);
    expect(attempt('baseline', 'public.tenants', 'SELECT', 'none')).toMatchObject({
      outcome: 'denied-by-grant',
      sqlstate: '42501',
      message: 'permission denied for table tenants',
      control: { as: 'superuser', outcome: 'allowed', rows: 4 },
    });
    for (const access of ['INSERT', 'SELECT']) {
      expect(attempt('baseline', 'public.llm_api_calls', access)).toMatchObject({
        outcome: 'denied-by-grant',
        sqlstate: '42501',
        message: 'permission denied for table llm_api_calls',
        control: { outcome: 'allowed' },
      });
    }
  });

  it('finds both deficiencies fixed', () => {
    expect(evidence.deficiencies.map(({ id, status }) => [id, status])).toEqual([
      ['H-P2-DEF-1', 'fixed'],
      ['H-P2-DEF-2', 'fixed'],
      ['H-P2-DEF-3', 'fixed'],
    ]);
  });

  it('sees at head what the measured facts say, cell by cell', () => {
    expectMatrix(evidence.fail_closed, headMatrix);
    expect(
      evidence.fail_closed.filter(
        ({ closed, unproven, row_unchanged }) => !closed || unproven !== null || row_unchanged === false,
      ),
    ).toEqual([]);
    expect(
      new Set(
        evidence.fail_closed
          .filter(({ command, outcome }) => command === 'INSERT' && outcome === 'denied-by-rls')
          .map(({ row_unchanged }) => row_unchanged),
      ),
    ).toEqual(new Set([true]));
    expect(attempt('head', 'public.llm_api_calls', 'INSERT', 'never-set').message).toBe(
      'new row violates row-level security policy for table "llm_api_calls"',
    );
  });

  it('has the privilege difference of the facts and nothing else', () => {
    const { added, removed } = evidence.privilege_diff;
    const policies = (facts: typeof added) =>
      facts
        .filter(({ kind }) => kind === 'policy')
        .map(({ object, detail }) => [
          object,
          detail['using'] === detail['check'] && String(detail['using']).includes('NULLIF('),
        ]);
    const tables = [
      'public.budget_optimization_jobs',
      'public.investigations',
      'public.llm_api_calls',
      'public.llm_monthly_costs',
    ];
    expect([policies(removed), policies(added)]).toEqual([
      tables.map((table) => [table, false]),
      tables.map((table) => [table, true]),
    ]);
    expect(removed.filter(({ kind }) => kind !== 'policy')).toEqual([]);
    expect(
      added
        .filter(({ kind }) => kind !== 'policy')
        .map(({ kind, object, role, property }) => [kind, object, role, property].filter(Boolean).join(' '))
        .toSorted(),
    ).toMatchSnapshot();
  });

  it('fills the truth table with three agreeing witnesses', () => {
    expect(
      evidence.truth_table.map(({ object, access, identity, allowed, baseline_allowed, mechanism, rls, witnesses }) =>
        [
          object,
          access,
          identity,
          `${baseline_allowed} → ${allowed}`,
          mechanism,
          rls,
          `${witnesses.catalog} ${witnesses.pgtap} ${witnesses.attempt}`,
        ].join(' | '),
      ),
    ).toMatchInlineSnapshot(`
      [
        "public.tenants | SELECT | app_user | false → false | none | N/A (privilege denied) | denied denied denied",
        "public.llm_api_calls | INSERT/SELECT | app_user | false → true | app_user via app_rw | enforced on tenant_id = current_setting('app.current_tenant_id') | allowed allowed allowed",
        "public.llm_monthly_costs | INSERT/UPDATE/SELECT | app_user | false → true | app_user via app_rw | enforced on tenant_id = current_setting('app.current_tenant_id') | allowed allowed allowed",
        "public.investigations | INSERT/SELECT | app_user | false → true | app_user via app_rw | enforced on tenant_id = current_setting('app.current_tenant_id') | allowed allowed allowed",
        "public.budget_optimization_jobs | INSERT/SELECT | app_user | false → true | app_user via app_rw | enforced on tenant_id = current_setting('app.current_tenant_id') | allowed allowed allowed",
        "security.list_tenant_ids() | EXECUTE | app_user | false → true | app_user via app_rw | function-owned privileged read (as app_security) | allowed allowed allowed",
        "security.resolve_tenant_webhook_secrets(text) | EXECUTE | app_user | false → true | app_user via app_rw | function-owned privileged read (as app_security) | allowed allowed allowed",
      ]
    `);
  });

  it('logs in for the suites of app_user, and sees every suite notice its own damage', () => {
    const suites = evidence.phases.head.suites;
    expect(suites.filter(({ as }) => as === 'app_user').every(({ session }) => session === 'login')).toBe(true);
    expect(
      suites.every(
        ({ status, assertions }) => status === 'complete' && assertions.every(({ result }) => result === 'ok'),
      ),
    ).toBe(true);
    expect(evidence.controls.map(({ suite, noticed }) => [suite, noticed])).toEqual(
      suites.map(({ suite }) => [suite, true]),
    );
    expect(new Set(evidence.assertions.map(({ change }) => change))).toEqual(new Set(['fixed', 'held']));
  });

  it('writes a pack whose manifest matches its files, without a secret in it', async () => {
    const manifest = JSON.parse(await readFile(path.join(run.pack, 'manifest.json'), 'utf8')) as {
      files: { path: string; sha256: string }[];
    };
    const names = (await readdir(run.pack, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(run.pack, path.join(entry.parentPath, entry.name)));
    expect(names.filter((name) => name !== 'manifest.json').toSorted()).toEqual(
      manifest.files.map((file) => file.path).toSorted(),
    );
    for (const file of manifest.files) {
      const content = await readFile(path.join(run.pack, file.path), 'utf8');
      expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
      expect(content).not.toContain('shopify-of-a');
      expect(content).not.toMatch(/SCRAM-SHA-256\$|postgres(ql)?:\/\//);
      expect(content).not.toContain(project.folder);
    }
  });

  it('gives the same privileges on a second run, and one row in the index', async () => {
    const privileges = async (phase: string) => readFile(path.join(run.pack, `privileges.${phase}.txt`), 'utf8');
    const before = [await privileges('baseline'), await privileges('head')];
    const second = await project.run();
    expect(second.pack).toBe(run.pack);
    expect([await privileges('baseline'), await privileges('head')]).toEqual(before);
    expect(second.evidence!.phases.head.fingerprint).toBe(evidence.phases.head.fingerprint);
    expect(second.evidence!.phases.baseline.fingerprint).toBe(evidence.phases.baseline.fingerprint);
    const index = await readFile(project.file('reports/INDEX.md'), 'utf8');
    expect(index.split('\n').filter((line) => line.includes('runs/'))).toHaveLength(1);
  });
});

describe('the main job on a broken project', () => {
  const contractMigration = 'db/migrations/202601211200_db_identity_contract.sql';

  it('names identity, privilege, object and path of an undeclared grant, and sees an always-true policy leak as the login', async () => {
    await using project = await sandbox();
    await project.append(
      contractMigration,
      '\nGRANT SELECT ON public.tenants TO app_rw;\nalter policy tenant_isolation_policy on public.investigations using (true) with check (true);\n',
    );
    const { exitCode, evidence } = await project.run();
    expect(exitCode).toBe(1);
    expect(evidence!.findings).toContainEqual(
      expect.objectContaining({
        code: 'undeclared-access',
        identity: 'app_user',
        object: 'public.tenants',
        access: 'SELECT',
        message:
          'app_user has SELECT on table public.tenants via app_rw (granted by postgres); the contract does not declare it',
        remedy: 'REVOKE SELECT ON TABLE public.tenants FROM "app_rw";',
      }),
    );
    expect(evidence!.deficiencies.find(({ id }) => id === 'H-P2-DEF-2')!.status).toBe('still-red');
    const codes = evidence!.findings
      .filter(({ object }) => object === 'public.investigations')
      .map(({ code, access }) => `${code} ${access ?? ''}`);
    expect(codes).toContain('fail-open SELECT');
    expect(codes).toContain('fail-open INSERT');
    expect(codes).toContain('changed-policy tenant_isolation_policy');
  });

  it('names a migration that is newer than head, and is told that it is on purpose', async () => {
    await using project = await sandbox();
    await writeFile(
      project.file('db/migrations/202612010000_later.sql'),
      'grant select on public.tenants to app_rw;\n',
    );
    const broken = await project.run();
    expect([broken.exitCode, broken.evidence!.findings.map(({ code, object }) => `${code} ${object}`)]).toEqual([
      1,
      ['migration-after-head 202612010000_later.sql'],
    ]);
    const acceptance =
      '{ code: migration-after-head, object: "202612010000_*", reason: next release, until: 2999-12-31 }';
    await project.append('db/contract.yaml', `accepted: [${acceptance}]\n`);
    expect((await project.run()).exitCode).toBe(0);
  });

  it('is inconclusive when a plan does not match', async () => {
    await using project = await sandbox();
    await project.edit('pgtap/suites/01_roles.sql', 'select plan(41)', 'select plan(42)');
    const { exitCode, evidence } = await project.run();
    expect(exitCode).toBe(3);
    expect(evidence!.verdict.reasons).toContain(
      'head: 01_roles: the suite is plan-mismatch: it planned 42 tests and ran 41',
    );
  });

  it('judges nothing when the contract has a typo, and names the line', async () => {
    await using project = await sandbox();
    await project.edit('db/contract.yaml', 'kind: group', 'kind: gruop');
    const { exitCode, stderr, stdout } = await project.run();
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/db\/contract\.yaml:\d+:\d+ identities\.app_rw\.kind: /);
  });

  it('names file, line and SQLSTATE of a migration that fails', async () => {
    await using project = await sandbox();
    await project.append(contractMigration, '\nselect 1;\ncreate tabel x ();\n');
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /202601211200_db_identity_contract\.sql:\d+:8: syntax error at or near "tabel" \(SQLSTATE 42601\)\ncreate tabel x \(\);\n {7}\^/,
    );
  });
});
