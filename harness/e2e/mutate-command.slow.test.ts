import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Mutant } from '../mutation/mutant.ts';
import { rolecall, sandbox } from '../testing/cli.ts';
import { mutate } from '../testing/mutate.ts';
import { smallProject } from '../testing/small-project.ts';

describe('mutate on our own head', () => {
  it('says who noticed a policy that opens without a tenant, and by which privilege', async () => {
    await using project = await sandbox();
    const { exitCode, report, stderr } = await mutate(
      project.folder,
      '--only',
      '*-context/public.llm_api_calls/*/using',
    );
    expect(stderr).not.toContain('fault');
    expect(exitCode).toBe(0);
    const open = (id: string) =>
      report!.mutants
        .find((one) => one.id.startsWith(id))!
        .killed_by.attempt.map(({ access }) => access)
        .join();
    expect(report!.mutants.map(({ operator }) => operator)).toEqual(['empty-context', 'null-context']);
    expect(open('null-context')).toContain('SELECT');
    expect(open('empty-context')).toContain('SELECT');
    for (const { status, killed_by } of report!.mutants) {
      expect(status).toBe('killed');
      expect(killed_by.catalog.map(({ code }) => code)).toContain('changed-policy');
      expect(killed_by.pgtap.length).toBeGreaterThan(0);
    }
    expect(report!.controls.every(({ noticed }) => noticed)).toBe(true);
  });

  it('calls a function that is the only way to a table as a stranger, on top of the damage', async () => {
    await using project = await sandbox();
    const { report } = await mutate(
      project.folder,
      '--only',
      'grant-function/security.list_tenant_ids()/PUBLIC/EXECUTE',
    );
    expect(report!.mutants[0]!.killed_by.attempt).toEqual([
      {
        code: 'only-path-open',
        object: 'public.tenants',
        identity: 'PUBLIC',
        access: 'EXECUTE security.list_tenant_ids()',
      },
    ]);
  });

  it('sees by a real login what no transaction shows, and undoes what is wider than the database', async () => {
    await using project = await sandbox();
    const { exitCode, report } = await mutate(
      project.folder,
      '--only',
      'revoke-attribute/app_user/login',
      '--jobs',
      '1',
    );
    expect(exitCode).toBe(0);
    expect(report!.mutants).toEqual([
      expect.objectContaining({ isolation: 'login', status: 'killed', undo: 'alter role "app_user" login;' }),
    ]);
    expect(report!.mutants[0]!.notes.join()).toContain('app_user could not log in');
  });
});

describe('mutate', () => {
  it('never passes without a mutant, and not on a head that is not green', async () => {
    await using project = await smallProject();
    const none = await mutate(project.folder, '--only', 'no-such-mutant');
    expect(none.exitCode).toBe(3);
    await writeFile(
      project.file('db/migrations/2_grants.sql'),
      'grant select, insert, delete on public.orders to app;',
    );
    const red = await mutate(project.folder, '--only', 'grant-table');
    expect(red.exitCode).toBe(1);
    expect(red.report!.mutants).toEqual([]);
    expect(red.answer!.verdict.reasons.join()).toContain('the unbroken head is not green');
  });

  it('with --list prints the mutants, all or only the changed ones, and tries none', async () => {
    await using project = await smallProject();
    const list = (...args: string[]) => rolecall(['mutate', '--list', ...args], { cwd: project.folder });
    const all = await list();
    expect([all.exitCode, all.stderr]).toEqual([0, '']);
    const ids = all.stdout.split('\n').filter((line) => line !== '');
    expect(ids).toContain('grant-table/public.orders/app/DELETE');
    expect(ids).toContain('role-attribute/app/SUPERUSER');
    const changed = await list('--changed', '--format', 'json');
    const listed = JSON.parse(changed.stdout) as Mutant[];
    expect(listed.map(({ id }) => id)).toEqual(ids.filter((id) => id.includes('/public.orders')));
    expect(listed[0]).toMatchObject({ sql: expect.stringContaining(';'), description: expect.stringMatching(/\.$/) });
    const third = await list('--changed', '--only', '*/DELETE', '--shard', '1/1');
    expect(third.stdout.split('\n')).toEqual([
      'grant-table/public.orders/PUBLIC/DELETE',
      'grant-table/public.orders/app/DELETE',
    ]);
    expect(await readdir(project.folder)).not.toContain('reports');
  });

  it('passes without a mutant where it is asked for what differs, and nothing does', async () => {
    await using project = await smallProject({
      'db/migrations/1_tables.sql': (text) => `${text}grant select, insert on public.orders to app;\n`,
      'db/migrations/2_grants.sql': 'comment on table public.orders is $$nothing that a privilege is made of$$;\n',
    });
    const { exitCode, report } = await mutate(project.folder, '--changed');
    expect([exitCode, report!.mutants, report!.run.changed]).toEqual([0, [], true]);
    expect(await readFile(path.join(project.folder, 'out/mutation', report!.run.id, 'report.md'), 'utf8')).toContain(
      'Nothing that a mutant could break differs between baseline and head',
    );
  });

  it('starts on a head whose only blemishes are accepted findings, of the catalog and of its suites', async () => {
    await using project = await smallProject({
      'db/contract.yaml': (text) =>
        `${text}accepted:
  - { code: undeclared-access, object: public.orders, identity: app, access: DELETE, reason: a known one, until: 2999-12-31 }
  - { code: assertion-failed, object: "01_orders#2", reason: a known one, until: 2999-12-31 }\n`,
      'db/migrations/2_grants.sql': 'grant select, insert, delete on public.orders to app;\n',
      'pgtap/suites/01_orders.sql': (text) =>
        text
          .replace('plan(1)', 'plan(2)')
          .replaceAll('DELETE', 'TRUNCATE')
          .replace('delete', 'truncate')
          .replace(
            'select * from',
            "select ok(not has_table_privilege('app', 'public.orders', 'DELETE'), 'nor delete'); select * from",
          ),
      'pgtap/controls/01_orders.sql': 'grant truncate on public.orders to app;\n',
    });
    const { exitCode, report, stderr } = await mutate(
      project.folder,
      '--only',
      'grant-table/public.orders/app/TRUNCATE',
    );
    expect(stderr).not.toContain('rolecall:');
    expect([exitCode, report!.green.status]).toEqual([0, 'pass']);
    expect(report!.mutants[0]!.killed_by).toEqual({
      pgtap: [{ suite: '01_orders', number: 1, name: 'app may not truncate' }],
      attempt: [],
      catalog: ['undeclared-access', 'privilege-past-policies'].map((code) => ({
        code,
        object: 'public.orders',
        identity: 'app',
        access: 'TRUNCATE',
      })),
    });
  });

  it('tries no mutant where a suite hides a commit, for it cannot be run', async () => {
    const commits = `begin; discard temp; select plan(1); select pass('a'); /* /* /* */ */ ' */ commit; begin; select ''; rollback;`;
    await using project = await smallProject({
      'pgtap/suites/01_orders.sql': commits,
      'pgtap/controls/01_orders.sql': 'select 1;',
    });
    const { exitCode, stderr, report } = await mutate(project.folder, '--only', 'grant-table/public.orders/app/DELETE');
    expect(stderr).not.toContain('rolecall:');
    expect([exitCode, report!.mutants]).toEqual([3, []]);
    expect(report!.verdict.reasons).toContain(
      'suite 01_orders was not run: it ends its transaction, and what it does then could not be taken back',
    );
  });
});
