import { describe, expect, it } from 'vitest';

import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import {
  identities,
  liveOver,
  noteRows,
  own,
  ownTable as table,
  tenancy,
  user,
  withLogins,
} from '../../testing/owned-notes.ts';

const server = withLogins();

const live = (sql: string, rest: string): Promise<LiveAnswer> => liveOver(server(), sql, rest);

describe('a view over tenants’ rows', () => {
  const base = `${table('notes', 'id int primary key, tenant text', own)} ${noteRows};`;
  const contract = (view: string) => `${identities}\n${user}\n${tenancy}
tables:
  s.notes: { row_security: enabled, grants: { app: [SELECT] } }
  s.seen: { ${view}grants: { app: [SELECT] } }`;
  const asReader =
    'create view s.seen with (security_invoker) as select id, tenant from s.notes; grant select on s.seen to app';
  const asOwner = 'create view s.seen as select id, tenant from s.notes; grant select on s.seen to app';

  it.each([
    ['by the column of the tenant', ''],
    ['by its own rows', 'rows: "tenant = :tenant and true", '],
  ])('is held against its rows %s', async (_, view) => {
    expect(told(await live(`${base} ${asReader}`, contract(view)))).toEqual([]);
    await server().query('drop view s.seen');
    expect(told(await live(asOwner, contract(view)))[0]).toMatch(
      /^fail-open: app \(session user\): SELECT on s\.seen reached 3 rows beyond its tenant, such as id=1 \(context never-set\)/,
    );
  });
});

const short = 'tenancy: { setting: app.tenant, column: tenant, own: a, other: b, unknown: c }';

describe('a view that shows nobody a row who does not say whose', () => {
  const filtered = `create view s.seen as select id, tenant from s.notes where ${own}`;
  const forced = `alter table s.notes owner to tenant_b; alter table s.notes force row level security; grant create on schema s to tenant_b;
    create view s.seen as select id, tenant from s.notes; alter view s.seen owner to tenant_b`;
  const contract = (who: string, view = '') => `${identities}\n${who}
tables:
  s.notes: { row_security: enabled, grants: { app: [SELECT] } }
  s.seen: { ${view}grants: { app: [SELECT] } }`;
  const base = `${table('notes', 'id int primary key, tenant text', own)} ${noteRows};`;
  const granted = 'grant select on s.seen to app';

  it.each([
    ['by its own condition, in sessions', filtered, contract(`${user}\n${tenancy}`)],
    ['by its own condition, by one setting', filtered, contract(short)],
    ['by the policies that hold its owner', forced, contract(`${user}\n${tenancy}`)],
    [
      'by its own condition, whose rows are said',
      filtered,
      contract(`${user}\n${tenancy}`, 'rows: "tenant = :tenant", '),
    ],
  ])('is proven: %s', async (_, view, rest) => {
    const answer = await live(`${base} ${view}; ${granted}`, rest);
    expect(told(answer)).toEqual([]);
    const own = answer.cells.find(
      (cell) => cell.table === 's.seen' && cell.command === 'SELECT' && cell.context === 'own-tenant',
    );
    expect(own).toMatchObject({ outcome: 'allowed', rows: 2 });
  });

  it('is open where its condition lets another tenant’s through', async () => {
    const answer = await live(
      `${base} create view s.seen as select id, tenant from s.notes where current_setting('app.tenant', true) <> ''; ${granted}`,
      contract(`${user}\n${tenancy}`),
    );
    expect(told(answer)).toEqual([
      expect.stringMatching(
        /^fail-open: .* SELECT on s\.seen reached 3 rows beyond its tenant, such as id=1 \(context blank\); .*SELECT in 6 of 12 contexts/,
      ),
    ]);
    const own = answer.cells.find(
      (cell) => cell.table === 's.seen' && cell.command === 'SELECT' && cell.context === 'own-tenant',
    );
    expect(own).toMatchObject({ closed: false });
  });
});

describe('what holds tenants’ rows and has no row security', () => {
  const made = {
    'a table': 'create table s.copy as select * from s.notes',
    'a materialized view': 'create materialized view s.copy as select * from s.notes',
  };
  const said = { 'a session': `${user}\n${tenancy}`, 'the one setting': short };

  it.each(
    Object.entries(made).flatMap(([what, sql]) => Object.entries(said).map(([how, who]) => [what, how, sql, who])),
  )(
    '%s shows them to another tenant by %s, which is a finding though the grant is declared',
    async (_, __, sql, who) => {
      const answer = await live(
        `${table('notes', 'id int primary key, tenant text', own)} ${noteRows}; ${sql}; grant select on s.copy to app`,
        `${identities}\n${who}
tables:
  s.notes: { row_security: enabled, grants: { app: [SELECT] } }
  s.copy: { grants: { app: [SELECT] } }`,
      );
      expect(told(answer)).toEqual([
        expect.stringMatching(
          /^fail-open: app(?: \(session user\))?: SELECT on s\.copy reached 3 rows beyond its tenant, such as ctid=/,
        ),
      ]);
    },
  );

  it('a table with a column of that name in which no tenant is does not', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', own)} ${noteRows};
       create table s.plans (tenant text primary key, price int); insert into s.plans values ('small', 1), ('large', 2);
       grant select on s.plans to app`,
      `${identities}\n${short}
tables:
  s.notes: { row_security: enabled, grants: { app: [SELECT] } }
  s.plans: { rows: all, grants: { app: [SELECT] } }`,
    );
    expect(told(answer)).toEqual([]);
  });

  it('a partition that can be read by itself does', async () => {
    const answer = await live(
      `create table s.notes (id int, tenant text, primary key (id)) partition by range (id);
       create table s.low partition of s.notes for values from (0) to (10);
       alter table s.notes enable row level security; create policy p on s.notes using (${own});
       grant select on s.notes, s.low to app; ${noteRows}`,
      `${identities}\n${user}\n${tenancy}
tables:
  s.notes: { row_security: enabled, grants: { app: [SELECT] } }
  s.low: { grants: { app: [SELECT] } }`,
    );
    expect(told(answer)).toEqual([
      expect.stringMatching(/^fail-open: .* s\.low reached 3 rows beyond its tenant, such as id=1/),
    ]);
  });
});
