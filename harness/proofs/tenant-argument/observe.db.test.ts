import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, type Session } from '../../postgres/session.ts';
import { contractWith } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import type { Subject } from '../proof.ts';
import { judgeTenantArguments, unprovenTenantArguments } from './judge.ts';
import { callWithTenants } from './observe.ts';

const contract = contractWith(`
tenancy: { setting: app.tenant, column: org, own: "7", other: "8", unknown: "99", invalid: x }
tables: { public.orders: { row_security: forced } }
functions:
  public.of_anybody(integer): { security: definer }
  public.of_session(integer): { security: definer }
  public.by_note(text): { security: definer }
  public.is_even(integer): { security: definer }
  public.as_caller(integer): { security: invoker }
  public.writes(integer): { security: definer }
  public.counted(integer): { security: definer, tenant_argument: 1 }
  public.longest(integer): { security: definer }
  public.counted_own(integer): { security: definer, tenant_argument: 1 }
  public.twice(integer): { security: definer }
  public.said(integer): { security: definer }
  public.is_small(integer): { security: definer }
  public.now_of(integer): { security: definer }
  public.of_nobody(integer): { security: definer, tenant_argument: 1 }
`);

const schema = readFileSync(new URL('observe.fixture.sql', import.meta.url), 'utf8');

let server: TestServer;
let sessions: Session[];

beforeAll(async () => {
  server = await startTestServer();
  await server.query(schema);
  const app = { ...server.superuser, user: 'app', password: 'app' };
  sessions = await Promise.all([connect(server.superuser), connect(app), connect(app)]);
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await server.stop();
});

function subject(ours: boolean, of = contract): Subject {
  const [superuser, untouched, used] = sessions as [Session, Session, Session];
  return { contract: of, superuser, logins: new Map([['app', { untouched, used }]]), ours } as unknown as Subject;
}

it('finds the functions that answer for whatever tenant they are told, and no others', async () => {
  const called = await callWithTenants(subject(true));
  expect(judgeTenantArguments(called).map(({ code, object, identity }) => `${code} ${identity} ${object}`)).toEqual([
    'definer-takes-tenant app public.counted(integer)',
    'definer-takes-tenant app public.longest(integer)',
    'definer-takes-tenant app public.of_anybody(integer)',
    'definer-takes-tenant app public.writes(integer)',
  ]);
  expect(called.map((one) => one.function)).not.toContain('public.by_note(text)');
  expect(called.map((one) => one.function)).not.toContain('public.as_caller(integer)');
  expect(await server.query('select from orders')).toHaveLength(2);
});

it('calls nothing that may write in a database that is not ours', async () => {
  const called = await callWithTenants(subject(false));
  expect(called.map((one) => one.function)).not.toContain('public.writes(integer)');
});

it('tries each value of a tenant by the columns that hold it, and for an argument that the contract names every one', async () => {
  const several = contractWith(`
sessions: { user: { login: app, set: { app.tenant: '{org}', app.user: '{user}' } } }
tenancy:
  session: user
  own: { user: u1, org: "7" }
  other: { user: u2, org: "8" }
  unknown: { user: u3, org: "99" }
tables: { public.orders: { row_security: forced, rows: { column: org } } }
functions:
  public.of_anybody(integer): { security: definer }
  public.of_session(integer): { security: definer }
  public.by_note(text): { security: definer, tenant_argument: 1 }
  public.named(text): { security: definer, tenant_argument: 1 }
`);
  await server.query(`create or replace function named(text) returns setof text stable security definer language sql as
    'select note from orders where org = case $1 when ''u1'' then 7 when ''u2'' then 8 end'`);
  const called = await callWithTenants(subject(true, several));
  expect(judgeTenantArguments(called).map(({ object, severity }) => `${object} ${severity}`)).toEqual([
    'public.named(text) high',
    'public.of_anybody(integer) medium',
  ]);
  expect(called.map((one) => `${one.function} ${one.own.rows}`)).toEqual([
    'public.by_note(text) 0',
    'public.named(text) 1',
    'public.of_anybody(integer) 1',
    'public.of_session(integer) 1',
  ]);
});

it('says what one value for another tenant was told by, and shows no value', async () => {
  const called = await callWithTenants(subject(true));
  const [counted] = judgeTenantArguments(called);
  expect(counted!.message).toBe(
    'app in the context of its own tenant was given the answer of another tenant by public.counted(integer), because argument 1 named it',
  );
  expect(counted!.severity).toBe('high');
  expect(JSON.stringify(called)).not.toMatch(/[0-9a-f]{32}/);
});

it('takes one value that is the same for every tenant for no proof', async () => {
  const unproven = unprovenTenantArguments(await callWithTenants(subject(true)));
  expect(unproven.map(({ object, reason }) => `${object}: ${reason}`)).toEqual([
    'public.of_nobody(integer): it answered for the own tenant as for one that does not exist, so that its answer for another shows nothing',
  ]);
});
