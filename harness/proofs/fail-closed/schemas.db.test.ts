import { afterEach, describe, expect, it } from 'vitest';

import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import { liveOver, withLogins } from '../../testing/owned-notes.ts';

const server = withLogins();
const live = (sql: string, rest: string): Promise<LiveAnswer> => liveOver(server(), sql, rest);
afterEach(() => server().query('drop schema if exists tenant_a, tenant_b cascade'));

const logins = `identities: { tenant_a: { kind: login }, tenant_b: { kind: login } }
sessions: { member: { login: "{schema}" } }`;
const tenancy =
  'tenancy: { session: member, own: { schema: tenant_a }, other: { schema: tenant_b }, unknown: { schema: tenant_c } }';
const words = 'SELECT, INSERT, UPDATE, DELETE';
const tables = (grantee: string, more = '') =>
  `tables: { "{schema}.notes": { grants: { "${grantee}": [${words}] }${more} } }`;
const schemas = (grantee?: string) =>
  ['tenant_a', 'tenant_b']
    .map(
      (name) => `create schema ${name}; create table ${name}.notes (id int primary key, note text);
        grant usage on schema ${name} to ${grantee ?? name}; grant ${words} on ${name}.notes to ${grantee ?? name};
        insert into ${name}.notes values (1, '${name}'), (2, '${name}');`,
    )
    .join('\n');

describe('a schema for each tenant', () => {
  it('is seen whole by its own login, and is closed to the other’s', async () => {
    const answer = await live(schemas(), `${logins}\n${tenancy}\n${tables('{schema}')}`);
    expect(told(answer)).toEqual([]);
    const reads = answer.cells.filter(({ command, context }) => command === 'SELECT' && context.endsWith('-tenant'));
    expect(reads.map(({ table, identity, outcome, rows }) => [table, identity, outcome, rows])).toEqual([
      ['tenant_a.notes', 'tenant_a', 'allowed', 2],
      ['tenant_b.notes', 'tenant_a', 'denied-by-grant', 0],
      ['tenant_a.notes', 'tenant_b', 'denied-by-grant', 0],
      ['tenant_b.notes', 'tenant_b', 'allowed', 2],
    ]);
  });

  it('is open where the login of another reads or writes there', async () => {
    const open = `${schemas()} grant usage on schema tenant_b to tenant_a; grant select, insert on tenant_b.notes to tenant_a`;
    const found = told(await live(open, `${logins}\n${tenancy}\n${tables('{schema}')}`));
    expect(found.filter((one) => one.startsWith('fail-open'))).toEqual([
      expect.stringMatching(
        /^fail-open: tenant_a \(session member\): SELECT on tenant_b\.notes reached 2 rows beyond its tenant \(context own/,
      ),
      expect.stringMatching(/^fail-open: tenant_a \(session member\): INSERT on tenant_b\.notes reached 1 row beyond/),
    ]);
  });

  it('must show its own login every row', async () => {
    const hidden = `${schemas()} alter table tenant_a.notes enable row level security; alter table tenant_b.notes enable row level security;
      create policy few on tenant_a.notes using (id <> 2) with check (true); create policy every on tenant_b.notes using (true)`;
    expect(told(await live(hidden, `${logins}\n${tenancy}\n${tables('{schema}', ', row_security: enabled')}`))).toEqual(
      [expect.stringMatching(/^unexpected-closed: tenant_a .*SELECT on tenant_a\.notes does not see 1 row .*\(id=2\)/)],
    );
  });

  it('may be kept by row security, for a login that all share', async () => {
    const shared = `identities: { app: { kind: login } }
sessions: { member: { login: app, set: { app.tenant: "{schema}" } } }
${tenancy}
${tables('app', ', row_security: enabled')}`;
    const secured = (rule: (schema: string) => string) =>
      `${schemas('app')}${['tenant_a', 'tenant_b'].map((name) => `alter table ${name}.notes enable row level security; create policy p on ${name}.notes using (${rule(name)});`).join('')}`;
    const right = await live(
      secured((name) => `current_setting('app.tenant', true) = '${name}'`),
      shared,
    );
    expect(told(right)).toEqual([]);
    await server().query('drop schema tenant_a, tenant_b cascade');
    const found = told(
      await live(
        secured((name) => (name === 'tenant_a' ? 'true' : `current_setting('app.tenant', true) = '${name}'`)),
        shared,
      ),
    );
    expect(found).toHaveLength(4);
    expect(found).toContainEqual(
      expect.stringMatching(/^fail-open: app \(session member\): INSERT on tenant_a\.notes/),
    );
  });
});
