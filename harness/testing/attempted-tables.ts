import { parseContract } from '../contract/parse-contract.ts';
import { minimal } from './contract.ts';

/** A table whose only policy is `using`, with two rows of tenant a, one of b, and more. */
const table = (
  name: string,
  using: string,
  {
    tenants = ['a', 'a', 'b'],
    check = using,
    grants = 'select, insert, update, delete',
  }: { tenants?: (string | null)[]; check?: string; grants?: string } = {},
) => `
  create table ${name} (id integer generated always as identity primary key, tenant_id text, note text);
  ${tenants.map((tenant) => `insert into ${name} (tenant_id, note) values (${tenant === null ? 'null' : `'${tenant}'`}, 'secret-note');`).join(' ')}
  alter table ${name} enable row level security, force row level security;
  create policy p on ${name} using (${using}) with check (${check});
  grant ${grants} on ${name} to app;`;

const own = `tenant_id = nullif(current_setting('app.tenant', true), '')`;
/** Tables with policies of every kind, some of which leak, and functions. */
export const schema = `
  create role app login password 'app'; create role "bl""ind" login password 'blind';
  create schema "we ird"; grant usage on schema "we ird" to app, "bl""ind";
  ${table('"we ird"."ta""ble"', own, { tenants: ['a', 'a', 'b', '', null] })}
  ${table('leaky', 'true')}
  ${table('textual', `tenant_id = current_setting('app.tenant', true)`, { tenants: ['a', 'a', 'b', ''] })}
  ${table('nulls', `tenant_id is null or ${own}`, { tenants: ['a', 'a', 'b', null] })}
  ${table('writable', own, { check: 'true' })}
  ${table('strict', `tenant_id = current_setting('app.tenant')`)}
  ${table('columns', 'true', { grants: 'select (note)' })}
  ${table('nobody', own, { tenants: [] })}
  ${table('changeable', own, { grants: 'update, delete' })}
  create policy everything on changeable for update using (true);
  ${table('alone', own, { tenants: ['a', 'a'] })}
  ${table('counted', 'true', { grants: 'select, insert, update' })} alter table counted add clock time unique; update counted set clock = '10:00' where id = 1;
  create table by_owner (owner text, note text); insert into by_owner values ('app', 'n'), ('other', 'n');
  alter table by_owner enable row level security; create policy p on by_owner using (owner = current_user); grant select, update on by_owner to app;
  create table plain (id integer primary key, note text); insert into plain values (1, 'n'); grant select on plain to app;
  create function may(text) returns text language sql as 'select $1';
  create function may_not() returns integer language sql as 'select 1'; revoke execute on function may_not() from public;
  create function reads() returns text language sql as $$ select current_setting('app.tenant') $$;`;

/** The tables of tenants. */
const isolated = [
  '"we ird"."ta""ble"',
  'leaky',
  'textual',
  'nulls',
  'writable',
  'strict',
  'columns',
  'nobody',
  'changeable',
  'alone',
  'counted',
  'by_owner',
  'gone',
];
/** A contract that declares them all, and some that do not exist. */
export const contract = parseContract(
  'c.yaml',
  `${minimal.replace(/identities: .*/, `identities: { app: { kind: login }, 'bl"ind': { kind: login }, ghost: { kind: login } }`)}
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
tables:
${isolated.map((name) => `  '${name}': { row_security: forced }`).join('\n')}
  plain: {}
functions:
  may(text): { call: "select may('x')" }
  may_not(): {}
  reads(): {}
  gone(integer): {}
`,
).contract;
