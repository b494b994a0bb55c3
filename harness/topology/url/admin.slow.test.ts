import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { parseEvidence } from '../../pack/evidence-text.ts';
import type { Evidence } from '../../pack/evidence.ts';
import { withSession } from '../../postgres/session.ts';
import { urlOf } from '../../postgres/target.ts';
import { rolecall, type CliResult } from '../../testing/cli.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { managedProject, providersSuperuser } from '../../testing/managed-head.ts';
import { smallProject } from '../../testing/small-project.ts';
import { startedUp } from '../../testing/started-up.ts';
import { clusterState, type ClusterState } from './cluster-state.ts';

let server: TestServer;
let before: ClusterState;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const script = (sql: string) => withSession(server.superuser, {}, (session) => session.script(sql));
const state = () => withSession(server.superuser, {}, clusterState);
beforeEach(async () => {
  before = await state();
});
afterEach(async () => {
  expect(await state()).toEqual(before);
});

/** An admin for one test. In the end it has changed nothing. */
async function admin(attributes: string): Promise<string> {
  await script(`create role clerk login password 'x' ${attributes}`);
  onTestFinished(() => script('drop role clerk'));
  before = await state();
  return urlOf({ ...server.superuser, user: 'clerk', password: 'x' });
}

async function run(
  project: { folder: string },
  url: string,
  ...more: string[]
): Promise<CliResult & { evidence?: Evidence }> {
  const result = await rolecall(
    ['run', '--topology', 'url', '--url', url, '--format', 'json', '--out', path.join(project.folder, 'out'), ...more],
    { cwd: project.folder },
  );
  if (result.stdout === '') {
    return result;
  }
  const { pack } = JSON.parse(result.stdout) as { pack: string };
  return { ...result, evidence: parseEvidence(await readFile(path.join(pack, 'evidence.json'), 'utf8')) };
}

/** The membership that PostgreSQL 16 gives the creator of a role. */
const made = (role: string) => `{ role: ${role}, inherit: false, set: false, admin: true }`;

/** A project whose contract declares its admin's attributes and memberships. */
const projectOfClerk = (more: Parameters<typeof smallProject>[0] = {}, edit = (text: string) => text) =>
  smallProject({
    'db/contract.yaml': (text) =>
      edit(
        text.replace(
          'postgres: { kind: migrator }',
          `clerk: { kind: migrator, member_of: [${made('app')}, ${made('deployer')}] }, postgres: { kind: platform }`,
        ),
      ),
    ...more,
  });

/** Builds only head. */
const why = (project: { folder: string }, url: string) =>
  rolecall(['why', 'app', 'SELECT', 'public.orders', '--topology', 'url'], {
    cwd: project.folder,
    env: { ROLECALL_URL: url },
  });

describe('run, by the URL of an admin with CREATEROLE and CREATEDB', () => {
  it('passes where logins are proof enough, and says how to ask for no more', async () => {
    const url = await admin('createrole createdb');
    await using project = await projectOfClerk();
    const { exitCode, evidence } = await run(project, url, '--proof', 'login');
    expect([exitCode, evidence?.findings, evidence?.verdict]).toMatchObject([
      0,
      [],
      { status: 'pass', proof: { demanded: 'login', reached: 'login' } },
    ]);
    const full = await run(project, url);
    expect([full.exitCode, full.evidence?.verdict.reasons]).toEqual([
      3,
      expect.arrayContaining([expect.stringMatching(/^clerk is not a superuser: .*--proof login, or proof: login/)]),
    ]);
  });

  it('finds what a superuser finds, and offers no remedy as tried', async () => {
    const url = await admin('createrole createdb');
    await using project = await projectOfClerk({
      'db/migrations/2_grants.sql': 'grant select, insert, delete on public.orders to app;\n',
    });
    const { exitCode, evidence } = await run(project, url, '--proof', 'login');
    expect([exitCode, evidence?.findings]).toMatchObject([
      1,
      [
        { code: 'undeclared-access', object: 'public.orders', tried: 'not tried: clerk is not a superuser' },
        { code: 'assertion-failed', object: '01_orders#1' },
      ],
    ]);
  });

  it('drops what a run that was killed made', async () => {
    const url = await admin('createrole createdb');
    await using project = await projectOfClerk();
    const up = await startedUp(project.folder, url);
    await up.end('SIGKILL');
    expect(await server.query(`select rolname from pg_roles where rolname in ('app', 'deployer')`)).toHaveLength(2);
    expect((await why(project, url)).exitCode).toBe(0);
  });

  describe('where seeds come into a table whose policies hold its owner too', () => {
    const table = `create table public.orders (id integer generated always as identity primary key, item text);
      alter table public.orders enable row level security; alter table public.orders force row level security;
      create policy own on public.orders using (item = current_setting('app.tenant', true));\n`;
    const seeded = (seed: string) =>
      projectOfClerk({ 'db/migrations/1_tables.sql': table, 'db/seeds/1_orders.sql': seed }, (text) =>
        text.replace('provision: {', 'seeds: seeds\nprovision: {'),
      );
    const insert = `insert into public.orders (item) values ('a');\n`;

    it('says the server’s words, the file and the line, and what to do', async () => {
      const url = await admin('createrole createdb');
      await using project = await seeded(`select 1;\n${insert}`);
      const { exitCode, stderr } = await why(project, url);
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringMatching(
          /db\/seeds\/1_orders\.sql:2:1: new row violates row-level security policy for table "orders" \(SQLSTATE 42501\)[^]*SET app\.tenant = '…'.*BYPASSRLS/,
        ),
      ]);
    });

    it.each([
      ['the file says whose they are', 'createrole createdb', `set app.tenant = 'a';\n${insert}`],
      ['the admin has BYPASSRLS', 'createrole createdb bypassrls', insert],
    ])('and takes them where %s', async (_, attributes, seed) => {
      const url = await admin(attributes);
      await using project = await seeded(seed);
      expect((await why(project, url)).exitCode).toBe(0);
    });
  });
});

describe('what the admin may not do is said in one message, before anything is made', () => {
  it('attributes of its own, with the SQL that gives them', async () => {
    const url = await admin('');
    await using project = await projectOfClerk();
    const { exitCode, stderr } = await run(project, url, '--proof', 'login');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^rolecall: clerk@\S+ is not a superuser, and may not do what the run needs: it has no CREATEDB; it has no CREATEROLE\n/m,
      ),
    ]);
    await script(/ALTER ROLE [^;]+;/.exec(stderr)![0]);
    before = await state();
    expect((await why(project, url)).exitCode).toBe(0);
  });

  it('attributes of roles, and extensions, in the server’s words', async () => {
    const url = await admin('createrole');
    await using project = await projectOfClerk(
      {
        'db/migrations/2_grants.sql': (text) =>
          `${text}create extension if not exists dblink; create extension hstore;\n`,
      },
      (text) =>
        text.replace('identities: {', 'identities: { keeper: { kind: definer, attributes: [INHERIT, BYPASSRLS] },'),
    );
    const { exitCode, stderr } = await run(project, url, '--proof', 'login');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /: it has no CREATEDB; keeper has BYPASSRLS in the contract: permission denied to create role: \S.*BYPASSRLS.*; the migrations make the extension dblink: permission denied to create extension "dblink".* \(SQLSTATE 42501\)\n/,
      ),
    ]);
    expect(stderr).not.toContain('hstore');
  });

  it('damage, which mutate does', async () => {
    const url = await admin('createrole createdb');
    await using project = await projectOfClerk();
    const { exitCode, stderr } = await rolecall(['mutate', '--topology', 'url', '--url', url], { cwd: project.folder });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/clerk@\S+ is not a superuser: damage/)]);
  });
});

describe('the project that this one keeps for an example, on a server whose superuser is the provider’s', () => {
  const password = 'only-in-tests';
  const as = (user: string) => ({ ...managed.superuser, user, password });
  const asProvider = <T>(work: Parameters<typeof withSession<T>>[2]) => withSession(as(providersSuperuser), {}, work);
  let managed: TestServer;
  beforeAll(async () => {
    managed = await startTestServer();
    await withSession(managed.superuser, {}, (session) =>
      session.script(`create role helper superuser login password '${password}'`),
    );
    await withSession(as('helper'), {}, (session) =>
      session.script(
        `alter role postgres rename to ${providersSuperuser}; alter role ${providersSuperuser} password '${password}'`,
      ),
    );
    await asProvider((session) =>
      session.script(`drop role helper; create role postgres login createrole createdb password '${password}'`),
    );
  });
  afterAll(() => managed.stop());

  it('is proven by an admin with BYPASSRLS, who leaves the server as it was, and refused to one without', async () => {
    const member = ['app_user', 'app_rw', 'app_ro', 'app_security'].map((role) => `      - ${made(role)}\n`);
    const folder = await managedProject((text) =>
      text.replace(
        '  postgres:\n    kind: migrator\n',
        `  postgres:\n    kind: migrator\n    member_of:\n${member.join('')}  ${providersSuperuser}:\n    kind: platform\n`,
      ),
    );
    onTestFinished(() => rm(folder, { recursive: true }));
    const url = urlOf(as('postgres'));
    const refused = await run({ folder }, url, '--proof', 'login');
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringContaining('app_security has BYPASSRLS in the contract: permission denied'),
    ]);
    await asProvider((session) => session.script('alter role postgres bypassrls'));
    const was = await asProvider(clusterState);
    const { exitCode, evidence, stderr } = await run({ folder }, url, '--proof', 'login');
    expect([exitCode, evidence?.findings, evidence?.verdict.proof.reached]).toEqual([0, [], 'login']);
    expect(stderr).not.toContain('left so');
    expect(await asProvider(clusterState)).toEqual(was);
  });
});
