import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { PlantedSecrets } from '../testing/planted-secrets.ts';
import { smallProject } from '../testing/small-project.ts';

it(
  'no secret of a project that can be built is in its pack, on the console or in a machine’s report',
  { timeout: 180_000 },
  async () => {
    const p = new PlantedSecrets();
    const urlPassword = encodeURIComponent(p.odd('a URL in a setting')).replaceAll("'", '%27');
    const provision = `
    alter role app password ${p.literal('ALTER ROLE … PASSWORD in provisioning')};
    alter role app set app.jwt_secret = ${p.literal('ALTER ROLE … SET')};
    alter role app set app.dsn = 'postgres://svc:${urlPassword}@db/x?sslpassword=${p.plain('sslpassword in a URL')}';
    alter role app set app.bearer = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${p.plain('a JWT in a setting')}';
  `;
    const migration = `
    alter database small_after set app.api_key = ${p.literal('ALTER DATABASE … SET')};
    create role svc login password E'${p.plain('E string')}\\'x';
    create role svc2 login password $pw$${p.odd('dollar-quoted')}$pw$;
    create foreign data wrapper w options (token ${p.literal('wrapper option')});
    create server s foreign data wrapper w options (host 'h', password ${p.literal('server option')}, dsn 'host=h password = ''${p.plain('password with spaces round =')}''');
    create user mapping for app server s options (user 'u', password ${p.literal('CREATE USER MAPPING')}, secret_key ${p.literal('option by another name')});
    create function public.dial() returns text language sql security definer set search_path = '' set app.client_secret = ${p.literal('SET clause of a function')}
      as $f$ select pg_catalog.set_config('app.jwt_secret', '${p.plain('set_config in a body')}', true)
        || 'host=h user=u password=${p.plain('connection string in a body')}' || 'x' $f$;
    create function public.look() returns void language plpgsql security definer as $f$
      declare v_password constant text := '${p.plain('a variable in a body')}';
      begin
        execute pg_catalog.format('alter role svc password %L', '${p.plain('format in a body')}');
        execute 'alter role svc password ' || pg_catalog.quote_literal('${p.plain('concatenation in a body')}');
        -- PGPASSWORD=${p.plain('PGPASSWORD in a comment')} psql
      end $f$;
    create view public.door as select id from public.orders where pg_catalog.current_setting('app.secret', true) = '${p.plain('compared in a view')}';
    grant select on public.door to app;
    alter table public.orders enable row level security;
    create policy p on public.orders using (pg_catalog.current_setting('app.api_token', true) = '${p.plain('compared in a policy')}');
    create policy q on public.orders as restrictive for insert with check (item <> 'password=${p.plain('text in a policy')}');
    comment on table public.orders is 'password: ${p.plain('COMMENT')}';
    alter table public.orders alter column api_key set default '${p.plain('DEFAULT')}', add constraint c check (api_key <> '${p.plain('CHECK')}');
    grant insert (api_key) on public.orders to app;
    insert into public.orders (item, api_key) values ('password=${p.plain('a row’s text')}', ${p.literal('a seeded row')});
    do $d$ begin raise warning 'PASSWORD ''%''', '${p.plain('a warning')}'; end $d$;
  `;
    const suite = `--! why: log in with password '${p.plain('--! why')}'
--! remedy: ALTER ROLE app PASSWORD '${p.plain('--! remedy')}';
-- secret: ${p.plain('a comment of a suite')}
begin;
select plan(5);
select ok(false, 'with PGPASSWORD=${p.plain('name of an assertion')}');
select lives_ok($$ alter role app superuser password '${p.plain('lives_ok')}' $$);
select is('password=${p.plain('have')}'::text, 'password=${p.plain('want')}'::text);
select diag('api_key: ${p.plain('diag')}');
select throws_ok($$ do $d$ begin raise 'token=%', '${p.plain('raise')}'; end $d$ $$, 'P0001');
select throws_ok($$ select 1 $$);
select * from finish();
create user mapping for app server none options (password '${p.plain('a suite that fails')}');
rollback;
`;
    await using project = await smallProject({
      'db/contract.yaml': (text) =>
        text
          .replace('title: A small project', `title: "See postgres://u:${p.plain('title of the contract')}@h/d"`)
          .replace('provision: {', 'seeds: seeds\nprovision: {') +
        `tenancy:
  setting: app.session_token
  column: item
  own: "${p.plain('a tenant’s value')}"
  other: b
  unknown: c
  invalid: d
accepted:
  - { code: undeclared-setting, object: "*", reason: "password is '${p.plain('reason of an acceptance')}'", until: 2999-01-01 }
`,
      'db/seeds/1.sql': `insert into public.orders (item, api_key) values ('b', '${p.plain('a seed')}');\n`,
      'db/provision.sql': (text) => text + provision,
      'db/migrations/1_tables.sql': (text) => `${text}alter table public.orders add api_key text unique;\n`,
      'db/migrations/2_grants.sql': (text) => text + migration,
      'pgtap/suites/02_secrets.sql': suite,
      'pgtap/controls/02_secrets.sql': `alter role app password '${p.plain('a control')}';\nselect 1/0;\n`,
    });
    const args = ['run', '--reporter', 'console,github,tap,json,junit,sarif', '--out', 'reports'];
    const { exitCode, stdout, stderr } = await rolecall(args, {
      cwd: project.folder,
      env: { PGPASSWORD: p.plain('PGPASSWORD of the environment'), GITHUB_STEP_SUMMARY: project.file('summary.md') },
    });
    const pack = await project.textOf('reports');
    expect(exitCode, stderr).toBe(1);
    // The searched texts exist: the findings, the failed assertions and the server's log.
    expect(pack).toMatch(/undeclared-setting[^]*Failed test 1[^]*raise|WARNING: {2}PASSWORD/);
    expect(stdout.length).toBeGreaterThan(100_000);
    const found = {
      pack: p.in(pack),
      stdout: p.in(stdout),
      stderr: p.in(stderr),
      summary: p.in(await readFile(path.join(project.folder, 'summary.md'), 'utf8')),
    };
    expect(found).toEqual({ pack: {}, stdout: {}, stderr: {}, summary: {} });
  },
);

it('nor is one of a project that holds, whatever its migration program prints', { timeout: 180_000 }, async () => {
  const p = new PlantedSecrets();
  const migrate = `
    const { Client } = require(${JSON.stringify(createRequire(import.meta.url).resolve('pg'))});
    const [, , revision] = process.argv;
    console.log(process.env, "password '${p.plain('printed by the program')}'");
    console.error(process.env.APP_TOKEN);
    const client = new Client(process.env.DB_URL);
    const said = async () => {
      await client.connect();
      await client.query('create table if not exists public.orders (id integer generated always as identity primary key, item text)');
      if (revision === '2') await client.query("grant select, insert on public.orders to app; alter role app password '${p.plain('role DDL of the program')}'");
      await client.end();
      if (process.env.FAIL) throw new Error(process.env.DB_URL + ' ' + process.env.APP_TOKEN);
    };
    said().catch((error) => { console.error(process.env, error); process.exit(1); });
  `;
  await using project = await smallProject({
    'db/contract.yaml': (text) =>
      text.replace(
        'migrations: { folder: migrations }',
        `migrations: { command: ["${process.execPath}", "migrate.cjs", "{revision}"], url_env: DB_URL }`,
      ),
    'db/provision.sql': (text) => `${text}alter role app password ${p.literal('ALTER ROLE … PASSWORD')};\n`,
    'migrate.cjs': migrate,
  });
  const env = {
    APP_TOKEN: p.odd('APP_TOKEN of the environment'),
    DB_PASS_URL: `postgres://u:${p.plain('a URL of the environment')}@h/d`,
  };
  const held = await rolecall(['run', '--reporter', 'console,github,tap'], { cwd: project.folder, env });
  expect([held.exitCode, held.stderr]).toEqual([0, expect.stringContaining('migrated to 2')]);
  expect(p.in(`${held.stdout}${held.stderr}${await project.textOf('reports')}`)).toEqual({});

  const failed = await rolecall(['run'], { cwd: project.folder, env: { ...env, FAIL: '1' } });
  expect([failed.exitCode, failed.stderr]).toEqual([
    2,
    expect.stringMatching(/migration command up to \d failed[^]*APP_TOKEN/),
  ]);
  expect(p.in(failed.stdout + failed.stderr)).toEqual({});
});

it('nor is one of a URL that was given, however it is written', { timeout: 180_000 }, async () => {
  const p = new PlantedSecrets();
  await using project = await smallProject();
  const encoded = (road: string) => encodeURIComponent(p.odd(road)).replaceAll("'", '%27');
  const said = await Promise.all(
    [
      ['check', '--url', `postgresql://u:${encoded('--url')}@127.0.0.1:1/d`],
      ['check', '--url', `postgresql://u:${p.plain('--url of two hosts')}@h,g/d`],
      [
        'check',
        '--url',
        'postgresql://u@127.0.0.1:1/d',
        '--login',
        `app=postgresql://u:${encoded('--login')}@127.0.0.1:1/d`,
      ],
      ['drift', '--url', `postgresql://127.0.0.1:1/d?user=u&password=${encoded('password in the query')}`],
      ['run', '--topology', 'url', '--url', `postgresql://u:p/${p.plain('not encoded')}@127.0.0.1:1/d`],
      ['run', '--topology', 'url'],
    ].map((args) =>
      rolecall(args, {
        cwd: project.folder,
        env: { ROLECALL_URL: `postgresql://u:${encoded('ROLECALL_URL')}@127.0.0.1:1/d` },
      }),
    ),
  );
  expect(said.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2, 2, 2]);
  expect(p.in(said.map(({ stdout, stderr }) => stdout + stderr).join('\n'))).toEqual({});
});
