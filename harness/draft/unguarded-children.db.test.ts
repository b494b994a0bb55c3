import { afterAll, beforeAll, expect, it } from 'vitest';

import { drafted } from '../testing/drafted.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it('names tables without row security that hang on a tenant’s rows and that a login reads, and no others', async () => {
  const { tables, unsure } = await drafted(
    server,
    'invoices',
    `create role web login; create role auditor nologin; create role operator login bypassrls; grant auditor to web with inherit false;
     create table tenants (id int primary key);
     create table currencies (code text primary key);
     create table invoices (id int, tenant_id int references tenants, currency text references currencies, primary key (id), unique (tenant_id, id));
     create table lines (id int primary key, invoice_id int not null references invoices);
     create table notes (line_id int not null references lines, currency text not null references currencies);
     create table scans (id int primary key, invoice_id int references invoices);
     create table parts (id int, who int not null, invoice int not null, foreign key (who, invoice) references invoices (tenant_id, id));
     create table audited (invoice_id int not null references invoices);
     create table operated (invoice_id int not null references invoices);
     create table hidden (id int primary key, invoice_id int not null references invoices);
     create table below_hidden (hidden_id int not null references hidden);
     create table rates (code text not null references currencies);
     create table owned (tenant_id int not null references tenants);
     alter table invoices enable row level security;
     create policy own on invoices using (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
     grant select on tenants, currencies, invoices, lines, notes, scans, parts, below_hidden, rates, owned to web;
     grant select on audited to auditor;
     grant select on operated to operator;`,
  );
  const rows = Object.fromEntries(
    Object.entries(tables).flatMap(([name, table]) => (table.rows ? [[name, table.rows]] : [])),
  );
  expect(rows).toEqual({
    'public.audited': { via: 'invoice_id' },
    'public.below_hidden': { via: 'hidden_id' },
    'public.hidden': { via: 'invoice_id' },
    'public.lines': { via: 'invoice_id' },
    'public.notes': { via: 'line_id' },
    'public.parts': { via: ['who', 'invoice'] },
  });
  const named = unsure
    .map((line) => /^(\S+) has no row-level security and refers .*: (.*) may read/.exec(line)?.slice(1))
    .filter((one) => one !== undefined);
  expect(named).toEqual([
    ['public.audited', 'auditor'],
    ['public.below_hidden', 'web'],
    ['public.lines', 'web'],
    ['public.notes', 'web'],
    ['public.parts', 'web'],
    ['public.scans', 'web'],
  ]);
  expect(unsure.find((line) => line.startsWith('public.scans'))).toContain(
    'and write `rows: { via: invoice_id }`, if it is so',
  );
});
