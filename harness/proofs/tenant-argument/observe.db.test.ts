import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, type Session } from '../../postgres/session.ts';
import { contractWith } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import type { Subject } from '../proof.ts';
import { judgeTenantArguments } from './judge.ts';
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
`);

const schema = `
  create role app login password 'app';
  create table orders (org int, note text);
  insert into orders values (7, 'a'), (8, 'b');
  alter table orders enable row level security, force row level security;
  create policy own on orders using (org = nullif(current_setting('app.tenant', true), '')::int);
  grant select on orders to app;
  create function of_anybody(integer) returns setof text stable security definer language sql as 'select note from orders where org = $1';
  create function of_session(integer) returns setof text stable security definer language sql as
    'select note from orders where org = $1 and org = current_setting(''app.tenant'')::int';
  create function by_note(text) returns setof int stable security definer language sql as 'select org from orders where note = $1';
  create function is_even(integer) returns boolean stable security definer language sql as 'select $1 % 2 = 0';
  create function as_caller(integer) returns setof text stable language sql as 'select note from orders where org = $1';
  create function writes(integer) returns setof text volatile security definer language sql as
    'insert into orders values (1, ''x''); select note from orders where org = $1';
`;

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

function subject(ours: boolean): Subject {
  const [superuser, untouched, used] = sessions as [Session, Session, Session];
  return { contract, superuser, logins: new Map([['app', { untouched, used }]]), ours } as unknown as Subject;
}

it('finds the functions that answer for whatever tenant they are told, and no others', async () => {
  const called = await callWithTenants(subject(true));
  expect(judgeTenantArguments(called).map(({ code, object, identity }) => `${code} ${identity} ${object}`)).toEqual([
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
