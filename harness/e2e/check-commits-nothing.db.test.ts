import { afterAll, beforeAll, expect, it } from 'vitest';

import { urlOf } from '../postgres/target.ts';
import { checked, type Checked } from '../testing/check-head.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { smallProject } from '../testing/small-project.ts';

const schema = `
  create role app login password 'app'; create role quiet login password 'quiet';
  create table public.logins (tenant text);
  create table public.seen_by (tenant text);
  create function public.log_in(tenant text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as
    $$ begin insert into public.logins values (tenant); perform set_config('app.tenant', tenant, true); end $$;
  create sequence public.numbers;
  create function public.next_no() returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as
    $$ begin return nextval('public.numbers'); end $$;
  create function public.mine(tenant text) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
    $$ begin insert into public.seen_by values (tenant); return tenant = nullif(current_setting('app.tenant', true), ''); end $$;
  create table public.notes (tenant_id text, body text); insert into public.notes values ('a', 'x'), ('b', 'y');
  alter table public.notes enable row level security, force row level security;
  create policy mine on public.notes using (public.mine(tenant_id));
  grant select on public.notes to app, quiet;
  revoke all on function public.log_in(text), public.next_no(), public.mine(text) from public;
  grant execute on function public.log_in(text), public.next_no(), public.mine(text) to app;
  grant execute on function public.mine(text) to quiet;`;

const contract = `version: 1
name: small
title: A small project
revisions: { baseline: "1", head: "2" }
databases: { baseline: small_before, head: small_after }
migrations: { folder: migrations }
identities: { app: { kind: login }, quiet: { kind: login }, postgres: { kind: migrator } }
tenancy: { session: [member, reader], column: tenant_id, own: a, other: b, unknown: u }
sessions:
  member: { login: app, run: ["select public.log_in('{tenant}')"] }
  reader: { login: quiet, set: { app.tenant: '{tenant}' } }
database: { grants: { PUBLIC: [CONNECT, TEMPORARY] } }
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables:
  public.notes: { row_security: forced, grants: { app: [SELECT], quiet: [SELECT] } }
functions:
  public.log_in(text): { security: definer, grants: { app: [EXECUTE] } }
  public.next_no(): { security: definer, grants: { app: [EXECUTE] } }
  public.mine(text): { security: definer, grants: { app: [EXECUTE], quiet: [EXECUTE] } }
future: { functions: { PUBLIC: [EXECUTE] }, types: { PUBLIC: [USAGE] } }
`;

let server: TestServer;
let result: Checked;
beforeAll(async () => {
  server = await startTestServer();
  await server.query(schema.replaceAll('\n', ' '));
  await using project = await smallProject({ 'db/contract.yaml': contract });
  const as = (user: string) => `${user}=${urlOf({ ...server.superuser, user, password: user })}`;
  result = await checked({
    contract: project.contract,
    url: server.superuserUrl,
    login: [as('app'), as('quiet')],
    allowPgtap: true,
  });
});
afterAll(() => server.stop());

it('check commits nothing that sessions, policies and functions write, and moves no sequence', async () => {
  expect(await server.query('select tenant from public.logins')).toEqual([]);
  expect(await server.query('select tenant from public.seen_by')).toEqual([]);
  expect(await server.query('select last_value, is_called from public.numbers')).toEqual([
    { last_value: '1', is_called: false },
  ]);
});

it('and names the contexts that it left out, of those sessions alone', () => {
  expect(result.verdict.reasons.filter((reason) => reason.includes('not tried'))).toEqual([
    'the session member of app was not tried after-commit, after-discard-all and reused-by-other-tenant: what its statements do would be committed, and the database is not ours',
  ]);
});

it('and still shows who may execute what, of functions that write as well', () => {
  expect(result.verdict.reasons.filter((reason) => /could not be set up|shows nothing/.test(reason))).toEqual([]);
  expect(result.findings.map(({ code }) => code)).not.toContain('unexpected-closed');
});
