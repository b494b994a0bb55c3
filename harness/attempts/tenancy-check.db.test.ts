import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { contractWith } from '../testing/contract.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { readShapes } from './read-shapes.ts';
import { checkTenancy } from './tenancy-check.ts';

let server: TestServer;
let superuser: Session;
beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
});

/** What is said of a table with these tenants' rows. */
async function faults(type: string, tenants: readonly string[], invalid = 'x'): Promise<string[]> {
  const contract = contractWith(
    `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3', invalid: ${invalid} }\ntables: { t: { row_security: forced }, gone: { row_security: forced }, off: {} }`,
  );
  await superuser.script(
    `drop table if exists t, off; create table t (tenant_id ${type}); create table off (tenant_id ${type}); ${tenants.map((tenant) => `insert into t values ('${tenant}');`).join(' ')}`,
  );
  return textsOf(contract);
}

async function textsOf(contract: Parameters<typeof checkTenancy>[1], script = ''): Promise<string[]> {
  await superuser.script(script);
  return (await checkTenancy(superuser, contract)).map(({ text }) => text);
}

describe('the tenants of the contract', () => {
  it('are as it says', async () => {
    expect(await faults('integer', ['1', '2', '2'])).toEqual([]);
  });

  it.each<[what: string, tenants: string[], fault: string]>([
    ['without rows of the own tenant', ['2'], 't has no row of tenancy.own: seed one, or nothing about it is shown'],
    ['without rows of another', ['1'], 't has no row of tenancy.other: seed one, or nothing about it is shown'],
    ['with rows of the one that is unknown', ['1', '2', '3'], 't has rows of tenancy.unknown, which must be no tenant'],
  ])('%s show nothing', async (_, tenants, fault) => {
    expect(await faults('integer', tenants)).toEqual([fault]);
  });

  it('have an invalid value only where the type refuses it', async () => {
    expect(await faults('bigint', ['1', '2'])).toEqual([]);
    expect(await faults('integer', ['1', '2'], "'4'")).toEqual([
      'tenancy.invalid is a integer as t takes it: choose a value that is none',
    ]);
  });

  it.each(['text', 'varchar(9)', 'char(4)', 'name'])('need none where the type takes every text: %s', async (type) => {
    expect(await faults(type, ['1', '2'])).toEqual([]);
  });
});

describe('a condition of the contract that the server refuses', () => {
  const withOpen = (open: string) =>
    contractWith(
      `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3' }\ntables: { t: { row_security: forced, open: "${open}" } }`,
    );

  it('is told with the server’s words, and no rows are held against it', async () => {
    await superuser.script(
      `drop table if exists t; create table t (tenant_id integer, sharing text); insert into t values (1, ''), (2, 'public')`,
    );
    expect(await textsOf(withOpen(`sharing = 'public'`))).toEqual([]);
    const contract = withOpen(`sharingg = 'public'`);
    expect(await textsOf(contract)).toEqual([
      't has rows that the contract calls open by a condition that the server refuses: column "sharingg" does not exist (SQLSTATE 42703)',
    ]);
    expect((await readShapes(superuser, contract)).get('t')!.rows).toBeUndefined();
  });

  it('is none where it refuses a value alone', async () => {
    await superuser.script(
      `drop table if exists t; create table t (tenant_id integer, at integer); insert into t values (1, 5), (2, 6)`,
    );
    expect(await textsOf(withOpen('at = :tenant::integer + 5'))).toEqual([]);
  });
});

it('a view and a materialized one without rows of a tenant are told what shows one', async () => {
  const contract = contractWith(
    `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3' }\ntables: { public.t: { row_security: forced }, public.open: { grants: { app: [SELECT] } }, public.stored: { grants: { app: [SELECT] } } }`,
  );
  const made = `drop table if exists t cascade; create table t (id integer primary key, tenant_id integer, state text);
    create view open as select id, tenant_id from t where state = 'open' or tenant_id = 2;
    create materialized view stored as select id, tenant_id from t; insert into t values (1, 1, 'new'), (2, 2, 'new');`;
  const told = (key: string) =>
    `public.stored holds no row of tenancy.${key}: REFRESH MATERIALIZED VIEW public.stored at the end of the seeds, or nothing about it is shown`;
  expect(await textsOf(contract, made)).toEqual([
    'public.open shows no seeded row of tenancy.own: seed one that its query lets through, or nothing about it is shown',
    told('own'),
    told('other'),
  ]);
  expect(await textsOf(contract, `refresh materialized view stored; update t set state = 'open'`)).toEqual([]);
});

describe('a view that shows no key of the rows that it reads', () => {
  const told = async (view: string, said = '') =>
    textsOf(
      contractWith(
        `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3' }\ntables: { public.t: { row_security: forced }, public.v: { ${said} } }`,
      ),
      `drop table if exists t cascade; create table t (id integer primary key, tenant_id integer, body text);
       insert into t values (1, 1, 'x'), (2, 2, 'y'); ${view}`,
    );
  const fault =
    'public.v reads public.t on behalf of its owner, and shows no key of a row: say in rows whose its rows are, or rows: all, or switch security_invoker on';

  it.each([
    ['with the rights of its owner', 'create view v as select body from t'],
    ['by counting them', 'create view v as select count(*) from t'],
    ['in two parts', 'create view v as select id from t union all select id from t'],
    ['as they were stored', 'create materialized view v as select body from t'],
    [
      'as they were stored through a view',
      'create view w with (security_invoker) as select body from t; create materialized view v as select body from w',
    ],
  ])('is not held against their tenants, which is said: %s', async (_, view) => {
    expect(await told(view)).toEqual([fault]);
    expect(await told(view, 'rows: all')).toEqual([]);
  });

  it('need not be where it reads as who asks', async () => {
    expect(await told('create view v with (security_invoker) as select body from t')).toEqual([]);
    expect(
      await told('create view w with (security_invoker) as select body from t; create view v as select body from w'),
    ).toEqual([]);
  });
});

it('a view is not held against rows of a tenant that are too many to be listed, which is said', async () => {
  const contract = contractWith(
    `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3' }\ntables: { public.t: { row_security: forced }, public.v: {} }`,
  );
  const made = (
    rows: number,
  ) => `drop table if exists t cascade; create table t (id integer primary key, tenant_id integer);
    insert into t select n, 1 + n % 2 from generate_series(1, ${rows}) as n; create view v as select id from t`;
  expect(await textsOf(contract, made(30_000))).toEqual([]);
  expect(await textsOf(contract, made(40_002))).toEqual([
    'public.v shows rows of public.t, which are too many to be told apart by their keys: say in rows whose its rows are',
  ]);
});

describe('a view over two tables that shows the key of one', () => {
  const told = async (view: string, rows = '{ via: t_id }', said = '') =>
    textsOf(
      contractWith(
        `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3' }
tables: { public.t: { row_security: forced }, public.u: { row_security: forced, rows: ${rows} }, public.v: { ${said} } }`,
      ),
      `drop table if exists t, u cascade; create table t (id integer primary key, tenant_id integer, kind text);
       create table u (id integer primary key, t_id integer references t, tenant_id integer, kind text, secret text);
       insert into t values (1, 1, 'x'), (2, 2, 'x'); insert into u values (11, 1, 1, 'x', 'y'), (12, 2, 2, 'x', 'z'); ${view}`,
    );
  const fault = (table: string) =>
    `public.v reads ${table} on behalf of its owner, and shows no key of a row: say in rows whose its rows are, or rows: all, or switch security_invoker on`;
  const join = 'from t join u on u.kind = t.kind';

  it.each([
    ['by its key', `create view v as select t.id, u.secret ${join}`, '{ column: tenant_id }'],
    ['by the column of the tenant', `create view v as select t.tenant_id, u.secret ${join}`, '{ column: tenant_id }'],
    [
      'by that under another name',
      `create view v as select t.tenant_id as x, u.secret ${join}`,
      '{ column: tenant_id }',
    ],
    ['beside what is computed', `create view v as select t.id, upper(u.secret) as it ${join}`, '{ column: tenant_id }'],
    ['as they were stored', `create materialized view v as select t.id, u.secret ${join}`, '{ column: tenant_id }'],
  ])('is held against that alone, which is said: %s', async (_, view, rows) => {
    expect(await told(view, rows)).toEqual([fault('public.u')]);
    expect(await told(view, rows, 'rows: { column: id, is: tenant }')).not.toContain(fault('public.u'));
  });

  it.each([
    ['shows the key of the other too', `create view v as select t.id, u.id as line, u.secret ${join}`, undefined],
    [
      'shows a child, whose rows are its parent’s',
      'create view v as select u.id, t.kind from u join t on t.id = u.t_id',
      undefined,
    ],
    [
      'shows by which row it is somebody’s',
      'create view v as select u.t_id, u.secret, t.kind from u join t on t.id = u.t_id',
      undefined,
    ],
    [
      'asks the other for no column',
      'create view v as select id, kind from t where id in (select t_id from u)',
      '{ column: tenant_id }',
    ],
    ['reads both as whoever asks', `create view v with (security_invoker) as select t.id, u.secret ${join}`, undefined],
    [
      'counts children of what it shows',
      'create view v as select t.id, count(*) from t join u on u.t_id = t.id group by t.id',
      undefined,
    ],
    ['joins what is shared', `create view v as select t.id, u.secret ${join}`, 'all'],
  ])('is none where it %s', async (_, view, rows) => {
    expect(await told(view, rows)).toEqual([]);
  });
});
