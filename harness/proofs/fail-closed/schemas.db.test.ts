import { afterEach, describe, expect, it } from 'vitest';

import { matrices } from './view.ts';
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

  it('is its login’s whatever the session sets', async () => {
    const sets = 'login: "{schema}", set: { search_path: "{schema}", app.tenant: "{schema}" }';
    const both = `${logins.replace('login: "{schema}"', sets)}\n${tenancy}\n`;
    const shared = `create table s.plans (id int, who text); alter table s.plans enable row level security;
      create policy p on s.plans using (who = current_setting('app.tenant', true)); grant select on s.plans to tenant_a, tenant_b;
      insert into s.plans values (1, 'tenant_a'), (2, 'tenant_b');`;
    const plans = `s.plans: { rows: { column: who }, row_security: enabled, grants: { "{schema}": [SELECT] } }, `;
    const answer = await live(
      `${schemas()}${shared}`,
      `${both}${tables('{schema}').replace('tables: { ', `tables: { ${plans}`)}`,
    );
    expect(told(answer)).toEqual([]);
    const contextsOf = (name: string) => [
      ...new Set(answer.cells.filter(({ table }) => table === name).map(({ context }) => context)),
    ];
    expect(contextsOf('tenant_a.notes')).toEqual(['own-tenant', 'hostile', 'other-tenant']);
    expect(contextsOf('s.plans')).toContain('after-commit');
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

  it('is open to whoever sees all, who may write there, and to nobody who sees what is open', async () => {
    const more = `identities: { tenant_a: { kind: login }, tenant_b: { kind: login }, app: { kind: login }, analyst: { kind: login, attributes: [BYPASSRLS, LOGIN, INHERIT] } }
sessions: { member: { login: "{schema}" }, support: { login: analyst, sees: all }, guest: { login: app, sees: open } }
${tenancy}
${tables('{schema}').replace('grants: {', `grants: { analyst: [${words}],`)}`;
    const given = (role: string) =>
      ['tenant_a', 'tenant_b']
        .map((name) => `grant usage on schema ${name} to ${role}; grant ${words} on ${name}.notes to ${role};`)
        .join(' ');
    expect(told(await live(`${schemas()} ${given('analyst')}`, more))).toEqual([]);
    await server().query('drop schema tenant_a, tenant_b cascade');
    const found = told(await live(`${schemas()} ${given('analyst')} ${given('app')}`, more));
    expect(found.filter((one) => one.startsWith('fail-open: app (session guest)'))).toHaveLength(8);
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
    const words = matrices(right.cells).flatMap(({ rows }) =>
      rows.flatMap(({ context, cells }) =>
        cells.flatMap(({ entries }) => entries.map(({ badge }) => `${context} ${badge.word}`)),
      ),
    );
    expect(words).toContain('own-tenant no rows');
    expect(words).not.toContain('own-tenant not even its own rows');
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

describe('a schema for each tenant, and one login for all', () => {
  const shared = (session: string) => `identities: { app: { kind: login } }
sessions: { member: { login: app, ${session} } }
${tenancy}
${tables('app')}`;

  it.each([
    ['set', 'set: { search_path: "{schema}" }'],
    ['run', `run: ["set local search_path = '{schema}'"]`],
    ['set, beside a setting of ours', 'set: { search_path: "{schema}", app.tenant: "{schema}" }'],
  ])('is one finding for the session, where its search_path is %s', async (_, session) => {
    const { findings } = await live(schemas('app'), shared(session));
    expect(findings).toEqual([
      {
        code: 'isolated-by-search-path-only',
        severity: 'high',
        object: 'member',
        identity: 'app',
        message: expect.stringMatching(
          /^app \(session member\): SELECT on tenant_b\.notes reached 2 rows beyond its tenant, such as id=1 \(context own-tenant\): .* search_path.*: tenant_a\.notes, tenant_b\.notes$/,
        ) as string,
        remedy: expect.stringContaining('login') as string,
      },
    ]);
  });

  it('is a leak of a table where the contract does not give that login the table', async () => {
    const closed = shared('set: { search_path: "{schema}" }').replace(words, 'INSERT');
    const found = told(await live(schemas('app').replaceAll(words, 'SELECT, INSERT'), closed));
    expect(found.filter((one) => !one.startsWith('undeclared-access')).map((one) => one.slice(0, 60))).toEqual([
      'fail-open: app (session member): SELECT on tenant_a.notes re',
      'fail-open: app (session member): SELECT on tenant_b.notes re',
      'isolated-by-search-path-only: app (session member): INSERT o',
    ]);
  });
});
