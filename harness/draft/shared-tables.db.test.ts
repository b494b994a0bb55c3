import { afterAll, beforeAll, expect, it } from 'vitest';

import { drafted } from '../testing/drafted.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.query(
    'create role web login; create role worker login; create role operator login bypassrls; create role auditor nologin; grant auditor to web with inherit false',
  );
});
afterAll(() => server.stop());

const orders = `
  create table orders (id int primary key, tenant_id int not null references tenants);
  alter table orders enable row level security;
  create policy own on orders using (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
  grant select on orders to web;`;
const tenants = `create table tenants (id int primary key, slug text, webhook_secret text, key_count int);${orders}`;

it('drafts whose the rows of the tenants’ own table are where a login reads secrets in it', async () => {
  const { tables, unsure } = await drafted(server, 'secrets', `${tenants} grant select on tenants to web;`);
  expect(tables['public.tenants']!.rows).toEqual({ column: 'id' });
  expect(unsure).toEqual([
    'public.tenants has no row-level security and its id is the tenant: web may read every tenant’s row, with webhook_secret. Enable it in a migration (the draft says `rows: { column: id }`), or say `rows: all`.',
  ]);
});

it('counts a column that is granted by itself, if it looks like a secret, and no other', async () => {
  const some = await drafted(server, 'granted', `${tenants} grant select (id, webhook_secret) on tenants to auditor;`);
  expect(some.tables['public.tenants']!.rows).toEqual({ column: 'id' });
  expect(some.unsure).toEqual([expect.stringContaining('auditor may read every tenant’s row, with webhook_secret.')]);
  const harmless = await drafted(server, 'harmless', `${tenants} grant select (id, slug) on tenants to web;`);
  expect(harmless.tables['public.tenants']).not.toHaveProperty('rows');
  expect(harmless.unsure).toEqual([]);
});

it('only asks whether a directory of tenants without secrets is meant for all', async () => {
  const { tables, unsure } = await drafted(
    server,
    'directory',
    `create table tenants (id int primary key, slug text);${orders} grant select on tenants to web;`,
  );
  expect(tables['public.tenants']).not.toHaveProperty('rows');
  expect(unsure).toEqual([
    'public.tenants has no row-level security and its id is the tenant: web may read every tenant’s row. Write `rows: all`, if that is meant, or `rows: { column: id }`, and enable it in a migration.',
  ]);
});

it('says nothing of tenants whom no login reads', async () => {
  const { tables, unsure } = await drafted(server, 'unread', `${tenants} grant select on tenants to operator;`);
  expect(tables['public.tenants']).not.toHaveProperty('rows');
  expect(unsure).toEqual([]);
});

it('names in one line the tables of no tenant that a login may write', async () => {
  const { unsure } = await drafted(
    server,
    'shared',
    `${tenants}
     create table price_list (country text primary key, rate numeric);
     create table currencies (code text primary key);
     create table read_only (code text primary key);
     create table operated (code text primary key);
     create table notes (order_id int references orders);
     create table guarded (code text primary key);
     alter table guarded enable row level security;
     create policy everybody on guarded using (true);
     create view prices as select * from price_list;
     grant select, update (rate) on price_list to web;
     grant insert, truncate on currencies to web; grant delete on currencies to worker;
     grant select on read_only to web;
     grant select, update on operated to operator;
     grant insert on notes to web;
     grant update on guarded, prices to web;`,
  );
  expect(unsure).toEqual([
    'public.currencies (web: INSERT, TRUNCATE; worker: DELETE) and public.price_list (web: UPDATE of rate) have no row-level security and no tenant: what a session writes there, it writes for every tenant. Revoke it in a migration, unless it is meant.',
  ]);
});
