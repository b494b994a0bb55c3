import { describe, expect, it } from 'vitest';

import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import {
  identities,
  liveOver,
  noteRows,
  notes,
  own,
  ownTable as table,
  tenancy,
  user,
  withLogins,
} from '../../testing/owned-notes.ts';

const server = withLogins();

const live = (sql: string, rest: string): Promise<LiveAnswer> => liveOver(server(), sql, rest);

describe('a session that sees all', () => {
  const sessions = `sessions: { user: { login: app, set: { app.tenant: '{tenant}' } }, reader: { login: analyst, sees: all } }`;
  const both =
    'identities: { app: { kind: login }, analyst: { kind: login, attributes: [BYPASSRLS, LOGIN, INHERIT] } }';
  const tables = `tables: { s.notes: { row_security: enabled, grants: { app: [SELECT], analyst: [SELECT] } } }`;

  it('must see every row', async () => {
    const schema = `${table('notes', 'id int primary key, tenant text', own, 'app, analyst')} ${noteRows}`;
    const all = await live(schema, `${both}\n${sessions}\n${tenancy}\n${tables}`);
    expect(told(all)).toEqual([]);
    expect(all.cells.find(({ identity, command }) => identity === 'analyst' && command === 'SELECT')?.rows).toBe(3);
    await server().query('alter role analyst nobypassrls; create policy few on s.notes to analyst using (id < 3)');
    const some = await live('', `${both}\n${sessions}\n${tenancy}\n${tables}`).finally(() =>
      server().query('alter role analyst bypassrls'),
    );
    expect(told(some)).toEqual([
      'unexpected-closed: analyst (session reader): SELECT on s.notes does not see 1 row that the contract says it must see (id=3) (context sees-all)',
    ]);
  });
});

describe('rows that are open', () => {
  const sessions = `sessions: { user: { login: app, set: { app.tenant: '{tenant}' } } }`;
  const tables = `tables: { s.notes: { row_security: enabled, open: "id = 3", grants: { app: [SELECT] } } }`;

  it('must be seen by everybody, and are not a leak', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', `${own} or id = 3`)} ${noteRows}`,
      `${identities}\n${sessions}\n${tenancy.replace(' }', ', on_missing: open }')}\n${tables}`,
    );
    expect(told(answer)).toEqual([]);
  });

  it('are missing where a session does not see them, with a tenant and without one', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', own)} ${noteRows}`,
      `${identities}\n${sessions}\n${tenancy.replace(' }', ', on_missing: open }')}\n${tables}`,
    );
    expect(told(answer)).toEqual([
      expect.stringMatching(/^unexpected-closed: .* does not see 1 row .*\(id=3\) \(context own-tenant\)$/),
      expect.stringMatching(
        /^missing-context-outcome: app: SELECT on s\.notes without a tenant must show what is open/,
      ),
      expect.stringMatching(/^missing-context-outcome: app: COPY TO/),
    ]);
  });

  it('are all that a session sees that sees what is open', async () => {
    const both = 'identities: { app: { kind: login }, tenant_b: { kind: login } }';
    const two = `sessions: { user: { login: app, set: { app.tenant: '{tenant}' } }, guest: { login: tenant_b, sees: open } }`;
    const granted = tables.replace('app: [SELECT]', 'app: [SELECT], tenant_b: [SELECT]');
    const schema = `${table('notes', 'id int primary key, tenant text', `${own} or id = 3`, 'app, tenant_b')} ${noteRows}`;
    expect(told(await live(schema, `${both}\n${two}\n${tenancy}\n${granted}`))).toEqual([]);
    await server().query('create policy guests on s.notes to tenant_b using (id > 1)');
    expect(told(await live('', `${both}\n${two}\n${tenancy}\n${granted}`))).toEqual([
      expect.stringMatching(
        /tenant_b \(session guest\): SELECT on s\.notes reached 1 row beyond its tenant \(id=2\) \(context sees-open\)/,
      ),
    ]);
  });
});

describe('a read without a tenant that falls back to the own one', () => {
  const fallsBack = `tenant = coalesce(nullif(current_setting('app.tenant', true), ''), 'a')`;
  const falling = tenancy.replace(' }', ', on_missing: own }');

  it('is as the contract says where it shows the own rows', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', fallsBack)} ${noteRows}`,
      `${identities}\n${user}\n${falling}\n${notes}`,
    );
    expect(told(answer)).toEqual([]);
  });

  it('is a finding where it shows nothing', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', own)} ${noteRows}`,
      `${identities}\n${user}\n${falling}\n${notes}`,
    );
    expect(told(answer)).toEqual([
      expect.stringContaining('SELECT on s.notes without a tenant must show the own rows and ended as hidden'),
      expect.stringContaining('COPY TO on s.notes without a tenant must show the own rows and ended as hidden'),
    ]);
  });
});

describe('a session that says one of two things', () => {
  const two = `sessions: { user: { login: app, set: { app.tenant: '{tenant}', app.author: '{author}' } } }
tenancy: { session: user, own: { tenant: a, author: x }, other: { tenant: b, author: y }, unknown: { tenant: c, author: z } }`;
  const rule = (name: string) => `${name} = nullif(current_setting('app.${name}', true), '')`;
  const both = `${rule('tenant')} and ${rule('author')}`;
  const schema = (check: string) => `
    create table s.notes (id int primary key, tenant text, author text, note text);
    alter table s.notes enable row level security;
    create policy p on s.notes using (${both}) with check (${check});
    grant select, insert on s.notes to app;
    insert into s.notes values (1, 'a', 'x'), (2, 'b', 'y')`;
  const tables = `tables: { s.notes: { row_security: enabled, rows: "tenant = :tenant and author = :author", grants: { app: [SELECT, INSERT] } } }`;

  it('writes nothing', async () => {
    const answer = await live(schema(both), `${identities}\n${two}\n${tables}`);
    expect(told(answer)).toEqual([]);
    const inserts = answer.cells.filter(({ command }) => command === 'INSERT');
    expect(inserts.filter(({ context }) => context === 'mixed' || context === 'partly-set')).toEqual([
      expect.objectContaining({ context: 'partly-set', outcome: 'denied-by-rls', unproven: null }),
      expect.objectContaining({ context: 'mixed', outcome: 'denied-by-rls', unproven: null }),
    ]);
  });

  it('is found where what is written is not asked for the other', async () => {
    expect(told(await live(schema(rule('tenant')), `${identities}\n${two}\n${tables}`))).toEqual([
      expect.stringMatching(
        /^fail-open: app \(session user\): INSERT on s\.notes reached 1 row beyond its tenant \(context partly-set: without app\.author\); 2 attempts in all: INSERT in partly-set, mixed/,
      ),
    ]);
  });
});

describe('a live database, in which rows come and go', () => {
  const all = table('notes', 'id int primary key, tenant text, note text', own).replace('grant select', 'grant all');
  const right = `${all} ${noteRows}`;
  const written = notes.replace('[SELECT]', '[SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER]');
  const listed = written.replace('row_security', 'rows: "tenant = :tenant and true", row_security');
  const comeAndGo = () =>
    server().query(
      `insert into s.notes values (4, 'a'), (5, 'a'), (6, 'b'); delete from s.notes where id in (1, 3); update s.notes set tenant = 'a' where id = 2`,
    );

  it.each([
    ['by a column', written],
    ['row by row', listed],
  ])('is held %s against its rows as they were, and is not a leak for those that came', async (_, tables) => {
    const answer = await liveOver(server(), right, `${identities}\n${user}\n${tenancy}\n${tables}`, comeAndGo);
    expect(told(answer)).toEqual([]);
    const seen = answer.cells.find(({ context, command }) => context === 'own-tenant' && command === 'SELECT');
    expect(seen?.rows).toBe(2);
  });

  it.each([
    ['by a column', written],
    ['row by row', listed],
  ])('shows a leak all the same, %s', async (_, tables) => {
    const leaky = right.replace(own, `${own} or id >= 3`);
    const answer = await liveOver(server(), leaky, `${identities}\n${user}\n${tenancy}\n${tables}`, comeAndGo);
    expect(told(answer)).toContainEqual(
      expect.stringMatching(/SELECT on s\.notes reached 1 row beyond its tenant \(id=3\)/),
    );
    expect(told(answer)).toContainEqual(expect.stringMatching(/DELETE on s\.notes reached/));
  });
});
