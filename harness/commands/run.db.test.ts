import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { parseEvidence } from '../pack/evidence-text.ts';
import type { Evidence } from '../pack/evidence.ts';
import { headFacts } from '../render/summary.ts';
import { automatic } from '../topology/registry.ts';
import { testContext } from '../testing/head.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';
import type { Context } from './context.ts';
import { run } from './run.ts';
import { up } from './up.ts';
import { why } from './why.ts';

/** The main job in this process, with its own folder for servers, which must be empty afterwards. */
async function runHere(
  project: SmallProject,
  {
    out = project.file('reports'),
    cacheDir,
    topology = 'embedded',
    env = {},
  }: { out?: string; cacheDir?: string; topology?: 'embedded' | 'auto'; env?: Record<string, string> } = {},
) {
  const { context, answered } = testContext({ PATH: process.env['PATH']!, ...env });
  const mine: Context = { ...context, ...(cacheDir === undefined ? {} : { cacheDir }) };
  const code = await run({ contract: project.contract, topology, out, reporter: [], format: 'json' }, mine).finally(
    () => mine.releasers.release(),
  );
  const { pack, verdict } = JSON.parse(answered()) as { pack: string; verdict: Evidence['verdict'] };
  return { code, verdict, evidence: parseEvidence(await readFile(`${pack}/evidence.json`, 'utf8')) };
}

/** The refusal of a command, and what it had started by then. */
async function refusalOf(
  project: SmallProject,
  command: (context: Context) => Promise<unknown>,
): Promise<{ error: RolecallError; started: string[] }> {
  await mkdir(project.file('servers'), { recursive: true });
  const { context } = testContext({ PATH: process.env['PATH']! });
  const started: string[] = [];
  const add = context.releasers.add.bind(context.releasers);
  context.releasers.add = (name, release) => {
    started.push(name);
    return add(name, release);
  };
  const error = await command(context)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    .finally(() => context.releasers.release());
  // Anything else is reported with a stack trace.
  expect(error).toBeInstanceOf(RolecallError);
  expect((error as RolecallError).exit).toBe(2);
  return { error: error as RolecallError, started };
}

const options = (project: SmallProject) =>
  ({ contract: project.contract, topology: 'embedded', format: 'json' }) as const;

describe('a run that cannot prove what it claims', () => {
  it('is inconclusive, and says everything that it did not see', async () => {
    const tenancy = `tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }`;
    const condition = `(tenant_id = NULLIF(current_setting('app.tenant'::text, true), ''::text))`;
    const notes = `
  public.notes:
    row_security: forced
    policies: { mine: { using: "${condition}", check: "${condition}" } }
    grants: { app: [SELECT, INSERT] }
  public.places: { grants: { app: [SELECT, INSERT] } }`;
    await using project = await smallProject({
      'db/contract.yaml': (text) =>
        text.replace('identities:', `${tenancy}\nseeds: seeds\nidentities:`).replace('tables:', `tables:${notes}`),
      'db/migrations/1_tables.sql': (text) => `${text}create table public.notes (tenant_id text, body text);
        alter table public.notes enable row level security, force row level security; create policy mine on public.notes using ${condition} with check ${condition};
        create table public.places (at point, exclude using gist (at with ~=));`,
      'db/migrations/2_grants.sql': (text) => `${text}grant select, insert on public.notes, public.places to app;\n`,
      'db/seeds/1.sql': `insert into public.notes (tenant_id) values ('a'), ('u'); insert into public.places values ('(1,1)');`,
      'pgtap/suites/02_deployer.sql': `--! as: deployer\nbegin; select plan(1); select is(current_user::text, 'deployer'); select * from finish(); rollback;`,
      'pgtap/suites/03_commits.sql': `begin; select plan(1); select pass('x'); /* a /* b /* c */ */ */ commit;`,
    });
    const { code, verdict, evidence } = await runHere(project, { cacheDir: '/dev/null/cache' });
    expect(evidence.findings).toEqual([]);
    expect(verdict.reasons).toEqual([
      'suite 02_deployer was not run: its header names deployer, and the session is one of postgres',
      'suite 03_commits was not run: it ends its transaction, and what it does then could not be taken back',
      expect.stringMatching(
        /^head: public\.notes: there is no row of tenancy\.other to hide \(app SELECT and COPY TO, \d+ attempts\)$/,
      ),
      'head: public.notes: has no row of tenancy.other: seed one, or nothing about it is shown',
      'head: public.notes: has rows of tenancy.unknown, which must be no tenant',
    ]);
    expect([code, verdict.status]).toEqual([3, 'inconclusive']);
    expect(evidence.phases.head.suites.map(({ suite }) => suite)).toEqual(['01_orders']);
    // The migrations cannot go down, and need not.
    expect(evidence.build_paths.map(({ path, same }) => [path, same])).toEqual([
      ['built-again', true],
      ['upgraded', true],
      ['roles-there', true],
    ]);
  });
});

describe('a run on the first topology that works', () => {
  it('says in the evidence what was passed over, and why', async () => {
    await using project = await smallProject();
    // Nobody listens there. If this machine has an engine, testcontainers finds it anyway.
    const { code, evidence } = await runHere(project, { topology: 'auto', env: { DOCKER_HOST: 'tcp://127.0.0.1:9' } });
    const chosen = automatic.findIndex((name) => name === evidence.run.topology);
    expect([code, chosen > 0]).toEqual([0, true]);
    expect(evidence.run.passed_over!.map(({ topology }) => topology)).toEqual(automatic.slice(0, chosen));
    expect(evidence.run.passed_over!.map(({ reason }) => reason)).not.toContain('');
    expect(
      headFacts(evidence)
        .filter(({ label }) => label === 'Passed over')
        .map(({ value }) => value),
    ).toEqual(automatic.slice(0, chosen).map((name) => expect.stringMatching(new RegExp(`^${name}: .`))));
  });
});

describe('a run is refused before anything is started', () => {
  it.each<[what: string, edit: (text: string) => string, out: string, code: string, message: string]>([
    ['a folder for packs that is a file', (text) => text, 'taken', 'bad-pack', 'cannot write packs to'],
    ['a folder for packs that cannot be made', (text) => text, 'taken/reports', 'bad-pack', 'cannot write packs to'],
    [
      'a head revision that is not there',
      (text) => text.replace('head: "2"', 'head: "3"'),
      'reports',
      'bad-contract',
      'there is no migration of revision 3 in',
    ],
    [
      'a baseline revision that is not there',
      (text) => text.replace('baseline: "1"', 'baseline: "0"'),
      'reports',
      'bad-contract',
      'there is no migration of revision 0 in',
    ],
  ])('for %s', async (_, edit, out, code, message) => {
    await using project = await smallProject({ 'db/contract.yaml': edit });
    await writeFile(project.file('taken'), '');
    const { error, started } = await refusalOf(project, (context) =>
      run({ ...options(project), out: project.file(out), reporter: [] }, context),
    );
    expect([error.code, started]).toEqual([code, []]);
    expect(error.message).toContain(message);
    expect(await readFile(project.file('taken'), 'utf8')).toBe('');
  });

  it('for an index whose chain is broken', async () => {
    await using project = await smallProject();
    await mkdir(project.file('reports'));
    const row =
      '| 2026-01-02 | small | 1 → 2 | e | pass | - | [a](runs/a/report.md) | feedfeedfeedfeed | 0000000000000000 |';
    await writeFile(project.file('reports/INDEX.md'), `| Date |\n| --- |\n${row}\n`);
    const { error, started } = await refusalOf(project, (context) =>
      run({ ...options(project), out: project.file('reports'), reporter: [] }, context),
    );
    expect([error.code, started, await readdir(project.file('reports/runs'))]).toEqual(['bad-pack', [], []]);
    expect(error.message).toContain('breaks at a: a row at or below it was changed or taken out');
  });
});

describe('a project that cannot be built', () => {
  it.each<[what: string, more: Parameters<typeof smallProject>[0], code: string, message: RegExp]>([
    [
      'its database is the server’s own',
      { 'db/contract.yaml': (text) => text.replace('head: small_after', 'head: postgres') },
      'provision-failed',
      /^create database "postgres": database "postgres" already exists \(SQLSTATE 42P04\)/,
    ],
    [
      'it makes the schema of the tool',
      { 'db/migrations/2_grants.sql': (text) => `${text}create schema rolecall_tap;\n` },
      'provision-failed',
      /^the schema rolecall_tap is there already, and holds something else than pgTAP$/,
    ],
  ])('is refused by a sentence: %s', async (_, more, code, message) => {
    await using project = await smallProject(more);
    const { error } = await refusalOf(project, (context) => up(options(project), context));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.next).toMatch(/\.$/);
  });

  it('says in which line, also of an error without a position', async () => {
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) =>
        `${text}-- grant; nothing\nselect ';';\n\n  grant select on public.nope to app;\n`,
    });
    const { error } = await refusalOf(project, (context) =>
      why('app', 'SELECT', 'public.orders', options(project), context),
    );
    expect(error.message).toMatch(
      /2_grants\.sql:5:3: relation "public\.nope" does not exist \(SQLSTATE 42P01\)\n {2}grant select on public\.nope to app;\n {2}\^$/,
    );
  });
});
