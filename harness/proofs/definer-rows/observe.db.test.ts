import { afterAll, beforeAll, expect, it } from 'vitest';

import { readGround } from '../../attempts/ground.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { contractWith } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import type { Subject } from '../proof.ts';
import { judgeDefinerRows } from './judge.ts';
import { callDefiners, type DefinerRows } from './observe.ts';

const functions = {
  'every_order()': 'returns setof orders stable security definer language sql as $$ select * from orders $$',
  'own_orders()':
    "returns setof orders stable security definer language sql as $$ select * from orders where org = current_setting('app.tenant') $$",
  'every_line()': 'returns setof lines stable security definer language sql as $$ select * from lines $$',
  'own_lines()':
    "returns setof lines stable security definer language sql as $$ select l.* from lines l join orders o on o.id = l.order_id where o.org = current_setting('app.tenant') $$",
  'every_theirs()': 'returns setof theirs stable security definer language sql as $$ select * from theirs $$',
  'totals()':
    'returns table (org text, n bigint) stable security definer language sql as $$ select org, count(*) from orders group by org $$',
  'named(text)':
    'returns setof orders stable security definer language sql as $$ select * from orders where note = $1 $$',
  'on_purpose()': 'returns setof orders stable security definer language sql as $$ select * from orders $$',
  'the_way()': 'returns setof orders stable security definer language sql as $$ select * from orders $$',
  'as_caller()': 'returns setof orders stable language sql as $$ select * from orders $$',
  'count_all()': 'returns bigint stable security definer language sql as $$ select count(*) from orders $$',
  'anything()': 'returns setof record stable security definer language sql as $$ select id, org from orders $$',
  'writes()':
    "returns setof orders volatile security definer language sql as $$ insert into orders values (9, 'b', 'n'); select * from orders $$",
};
const said: Record<string, string> = {
  'named(text)': `, call: "select * from named('y');"`,
  'on_purpose()': ', rows: all',
};
const contract = contractWith(`
tenancy: { setting: app.tenant, column: org, own: a, other: b, unknown: u }
tables:
  public.orders: { row_security: forced }
  public.lines: { row_security: forced, rows: { via: order_id } }
  public.theirs: { rows: { of: other } }
  public.secrets: { only_through: [public.the_way()] }
functions:
${Object.entries(functions)
  .map(
    ([name, made]) =>
      `  public.${name}: { security: ${made.includes('definer') ? 'definer' : 'invoker'}${said[name] ?? ''} }`,
  )
  .join('\n')}
`);

let server: TestServer;
let sessions: Session[];

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role app login password 'app';
    create table orders (id int primary key, org text, note text); insert into orders values (1, 'a', 'x'), (2, 'b', 'y');
    create table lines (id int primary key, order_id int references orders); insert into lines values (1, 1), (2, 2);
    create table secrets (id int); create table theirs (note text); insert into theirs values ('b');
    alter table orders enable row level security; alter table lines enable row level security;
    create policy p on orders using (org = current_setting('app.tenant', true));
    create policy p on lines using (order_id in (select id from orders)); grant select on orders, lines to app;
    ${Object.entries(functions)
      .map(([name, made]) => `create function ${name} ${made};`)
      .join('\n')}`);
  const app = { ...server.superuser, user: 'app', password: 'app' };
  sessions = await Promise.all([connect(server.superuser), connect(app), connect(app)]);
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await server.stop();
});

function called(ours: boolean, of = contract): Promise<DefinerRows[]> {
  const [superuser, untouched, used] = sessions as [Session, Session, Session];
  const logins = new Map([['app', { untouched, used }]]);
  const ground = () => readGround(superuser, of);
  return callDefiners({ contract: of, superuser, logins, ours, ground } as unknown as Subject);
}

it('finds the functions that give rows of another tenant and do not say so, and no others', async () => {
  const found = judgeDefinerRows(await called(true));
  expect(found.map(({ message }) => message)).toEqual(
    [
      '1 row that is not its own by public.every_line() (id=2)',
      '1 row that is not its own by public.every_order() (id=2)',
      '1 row that is not its own by public.every_theirs()',
      '1 row that is not its own by public.named(text) (id=2)',
      '1 row that is not its own by public.totals()',
      '2 rows that are not its own by public.writes(), such as id=2',
    ].map((what) => `app in the context of its own tenant was given ${what}`),
  );
  expect(new Set(found.map(({ code, identity, severity }) => [code, identity, severity].join(' ')))).toEqual(
    new Set(['definer-gives-others app high']),
  );
});

it('calls none that may write in a database that is not ours, and shows those that are right', async () => {
  const own = (await called(false)).filter(({ foreign_rows: foreign }) => foreign === 0);
  expect(own.map(({ function: name, rows }) => [name, rows])).toEqual([
    ['public.own_lines()', 1],
    ['public.own_orders()', 1],
  ]);
  expect((await called(false)).map(({ function: name }) => name)).not.toContain('public.writes()');
});

it('compares tenants as the type of their column does', async () => {
  await server.query(`create table bills (id int primary key, org uuid);
    insert into bills values (1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'), (2, 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
    create function own_bills() returns setof bills stable security definer language sql
      as $$ select * from bills where org = current_setting('app.tenant')::uuid $$;
    create function own_sums() returns table (org uuid, n bigint) stable security definer language sql
      as $$ select org, count(*) from bills where org = current_setting('app.tenant')::uuid group by org $$;
    create function all_sums() returns table (org uuid, n bigint) stable security definer language sql
      as $$ select org, count(*) from bills group by org $$`);
  const spelled = contractWith(`
tenancy:
  { setting: app.tenant, column: org, own: AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA, other: bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb, unknown: eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee }
tables: { public.bills: { row_security: forced } }
functions:
  public.own_bills(): { security: definer }
  public.own_sums(): { security: definer }
  public.all_sums(): { security: definer }
`);
  expect(judgeDefinerRows(await called(true, spelled)).map(({ object }) => object)).toEqual(['public.all_sums()']);
});
