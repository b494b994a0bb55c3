import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { contractWith } from '../testing/contract.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { runAttempts } from './run-attempts.ts';

const table = (name: string, using: string) => `
  create table ${name} (tenant_id text not null, note text);
  insert into ${name} values ('a', 'x'), ('b', 'y');
  alter table ${name} enable row level security;
  create policy p on ${name} using (${using});
  grant select on ${name} to app, auditors;`;
const own = `tenant_id = nullif(current_setting('app.tenant', true), '')`;

const contract = contractWith(`
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
tables:
${['right', 'switched', 'inside', 'spaced', 'atomic', 'renamed', 'claimed', 'for_role', 'to_role'].map((name) => `  public.${name}: { row_security: enabled, grants: { app: [SELECT] } }`).join('\n')}
  public.shown: { grants: { app: [SELECT] } }
`);

let server: TestServer;
let sessions: Session[];
let open: string[];
let shown: string | undefined;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`
    create role app login password 'app'; create role auditors; grant auditors to app; create role root superuser;
    create function is_admin() returns boolean stable language sql as $$ select current_setting('app.role', true) = 'admin' $$;
    create function is_boss() returns boolean stable language sql as $$
      select current_setting /* who */ (E'app.boss', true) = 'true' -- never current_setting('app.told', true)
    $$;
    create function is_chief() returns boolean stable return current_setting('app.chief', true) = 'true';
    ${table('"right"', own)}
    ${table('spaced', `${own} or is_boss()`)}
    ${table('atomic', `${own} or is_chief()`)}
    ${table('switched', `${own} or current_setting('app.is_admin', true) = 'true' or current_setting('app.no-name', true) = 'true'`)}
    ${table('inside', `${own} or is_admin()`)}
    ${table('renamed', `tenant_id = coalesce(nullif(current_setting('app.old_tenant', true), ''), current_setting('app.tenant', true))`)}
    ${table('claimed', `${own} or tenant_id = nullif(current_setting('app.claims', true), '')::json ->> 'org'`)}
    ${table('for_role', `${own} or current_user = 'auditors'`)}
    ${table('to_role', own)} create policy more on to_role to auditors using (true);
    create view shown with (security_invoker) as select * from "right"; grant select on shown to app;
  `);
  const app = { ...server.superuser, user: 'app', password: 'app' };
  sessions = await Promise.all([connect(server.superuser), connect(app), connect(app)]);
  const [superuser, untouched, used] = sessions as [Session, Session, Session];
  const attempts = await runAttempts(superuser, contract, new Map([['app', { untouched, used }]]));
  open = attempts
    .filter(({ context, foreign_rows: rows }) => context === 'hostile' && rows > 0)
    .map(({ object, value = '' }) => `${object}: ${value}`);
  shown = attempts
    .filter(({ object, command }) => object === 'public.shown' && command === 'SELECT')
    .find(({ context }) => context === 'own-tenant')?.outcome;
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await server.stop();
});

const all = (value: string) =>
  ['app.boss', 'app.chief', 'app.claims', 'app.is_admin', 'app.old_tenant', 'app.role']
    .map((name) => `${name} = ${value}`)
    .join(', ');

it('finds what a second setting or another role opens, and nothing where there is nothing', () => {
  expect(open).toEqual([
    `public.switched: ${all('true')}`,
    `public.inside: ${all('admin')}`,
    `public.spaced: ${all('true')}`,
    `public.atomic: ${all('true')}`,
    `public.renamed: ${all('b')}`,
    `public.claimed: ${all('{"org":"b"}')}`,
    'public.for_role: SET ROLE auditors',
    // app inherits auditors, so its policies apply to app without SET ROLE.
    'public.to_role: %',
  ]);
});

it('tries a view in the session of its own tenant', () => {
  expect(shown).toBe('allowed');
});
