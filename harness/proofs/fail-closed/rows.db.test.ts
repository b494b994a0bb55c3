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

describe('a row that is missing', () => {
  it('is named by its key, and in which contexts', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', `${own} and id <> 2`)} ${noteRows}`,
      `${identities}\n${user}\n${tenancy}\n${notes}`,
    );
    expect(told(answer)).toEqual([
      'unexpected-closed: app (session user): SELECT on s.notes does not see 1 row that the contract says it must see (id=2) (context own-tenant)',
    ]);
  });

  it('is named where rows are listed one by one, by every column of its key', async () => {
    const answer = await live(
      `${table('notes', 'part text, id int, tenant text, primary key (part, id)', `${own} and id <> 2`)}
       insert into s.notes values ('x', 1, 'a'), ('x', 2, 'a'), ('y', 2, 'a'), ('x', 3, 'b')`,
      `${identities}\n${user}\n${tenancy}
tables: { s.notes: { row_security: enabled, rows: "tenant = :tenant and id < 9", grants: { app: [SELECT] } } }`,
    );
    expect(told(answer)).toEqual([
      'unexpected-closed: app (session user): SELECT on s.notes does not see 2 rows that the contract says it must see, such as part=x, id=2 (context own-tenant)',
    ]);
  });

  it('is told by the place of the row where the table has no key', async () => {
    const answer = await live(
      `${table('notes', 'id int, tenant text', `${own} and id <> 2`)} ${noteRows}`,
      `${identities}\n${user}\n${tenancy}\n${notes}`,
    );
    expect(told(answer)).toEqual([expect.stringContaining('(ctid=(0,2)) (context own-tenant)')]);
  });

  it('is named where nothing at all is seen', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', 'false')} ${noteRows}`,
      `${identities}\n${user}\n${tenancy}\n${notes}`,
    );
    expect(told(answer)).toContainEqual(
      'unexpected-closed: app (session user) SELECT s.notes (own-tenant) is declared, but ended as hidden; the contract says that it must see id=1',
    );
  });
});

describe('a row too many', () => {
  it('is named by its key', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', `${own} or id = 3`)} ${noteRows}`,
      `${identities}\n${user}\n${tenancy}\n${notes}`,
    );
    expect(told(answer)).toEqual([
      expect.stringMatching(
        /^fail-open: app \(session user\): SELECT on s\.notes reached 1 row beyond its tenant \(id=3\) \(context /,
      ),
    ]);
  });

  it('is found where its key reads otherwise in the session than for the control', async () => {
    await server().query(`alter role app set timezone = 'Asia/Tokyo'; alter role app set datestyle = 'SQL, DMY'`);
    const answer = await live(
      `${table('notes', 'at timestamptz primary key, tenant text', own)} insert into s.notes values ('2020-01-02', 'a'), ('2020-01-03', 'b')`,
      `${identities}\n${user}\n${tenancy}
tables: { s.notes: { row_security: enabled, rows: "tenant = :tenant", grants: { app: [SELECT] } } }`,
    ).finally(() => server().query('alter role app reset all'));
    expect(told(answer)).toEqual([]);
  });

  it('is not named by a key that the session may not read, and found all the same', async () => {
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text, note text', `${own} or id = 3`)} insert into s.notes values (1, 'a'), (3, 'b');
       revoke select on s.notes from app; grant select (tenant) on s.notes to app`,
      `${identities}\n${user}\n${tenancy}
tables: { s.notes: { row_security: enabled, grants: { app: [SELECT(tenant)] } } }`,
    );
    expect(told(answer)[0]).toMatch(/reached 1 row beyond its tenant \(context/);
  });
});

describe('a session that runs a statement', () => {
  const setter = `create function s.become(who text) returns void language sql as $$ select set_config('app.tenant', who, true) $$;`;
  const runs = `sessions: { user: { login: app, run: ["select s.become('{tenant}')"] } }`;

  it('is who the statement makes it', async () => {
    const answer = await live(
      `${setter} ${table('notes', 'id int primary key, tenant text', own)} ${noteRows}`,
      `${identities}\n${runs}\n${tenancy}\n${notes}\nfunctions: { s.become(text): { call: "select s.become('a')" } }`,
    );
    expect(told(answer).filter((one) => !one.startsWith('undeclared-access'))).toEqual([]);
    expect(new Set(answer.cells.map(({ context }) => context))).not.toContain('after-reset');
    expect(answer.cells.find(({ context, command }) => context === 'own-tenant' && command === 'SELECT')?.rows).toBe(2);
  });
});

describe('a session that its login cannot enter', () => {
  it('is closed where the statement that it runs refuses a tenant', async () => {
    const strict = `create function s.become(who text) returns void language plpgsql as $$ begin
      if who not in ('a', 'b') then raise 'no such tenant: %', who; end if; perform set_config('app.tenant', who, true); end $$;`;
    const answer = await live(
      `${strict} ${table('notes', 'id int primary key, tenant text', own)} ${noteRows}`,
      `${identities}\nsessions: { user: { login: app, run: ["select s.become('{tenant}')"] } }\n${tenancy}\n${notes}`,
    );
    expect(told(answer)).toEqual([]);
    const unknown = answer.cells.find(({ context, command }) => context === 'unknown-tenant' && command === 'SELECT');
    expect(unknown).toMatchObject({ outcome: 'error:P0001', message: 'no such tenant: c', closed: true });
  });

  it('does not serve where the login may not assume its role, and the finding says so', async () => {
    await server().query('create role outsider');
    const answer = await live(
      `${table('notes', 'id int primary key, tenant text', own, 'outsider')} ${noteRows}`,
      `identities: { app: { kind: login, member_of: [{ role: outsider, inherit: false }] }, outsider: { kind: group } }
sessions: { user: { login: app, role: outsider, set: { app.tenant: '{tenant}' } } }
${tenancy}
tables: { s.notes: { row_security: enabled, grants: { outsider: [SELECT] } } }`,
    );
    expect(told(answer)).toEqual([
      expect.stringContaining(
        'outsider (session user of app) SELECT s.notes (own-tenant) is declared, but ended as denied-by-grant: permission denied to set role "outsider" (SQLSTATE 42501)',
      ),
    ]);
    expect(answer.findings[0]!.remedy).toBe(
      'Let app assume outsider, as the contract declares it: it is not a member of it WITH SET.',
    );
  });
});

describe('a table whose rows depend on the role that asks', () => {
  it('is compared for each login apart', async () => {
    const rest = `identities: { tenant_a: { kind: login }, tenant_b: { kind: login } }
sessions: { a: { login: tenant_a }, b: { login: tenant_b } }
tenancy: { session: [a, b], own: a, other: b, unknown: c }
tables: { s.notes: { row_security: enabled, rows: "owner = :identity", grants: { tenant_a: [SELECT], tenant_b: [SELECT] } } }`;
    const rows = `insert into s.notes values (1, 'tenant_a'), (2, 'tenant_b'), (3, 'tenant_b')`;
    const schema = `${table('notes', 'id int primary key, owner text', 'owner = current_user', 'tenant_a, tenant_b')} ${rows}`;
    const answer = await live(schema, rest);
    expect(told(answer)).toEqual([]);
    expect(
      answer.cells.filter(({ command }) => command === 'SELECT').map(({ identity, rows: seen }) => [identity, seen]),
    ).toEqual([
      ['tenant_a', 1],
      ['tenant_b', 2],
    ]);
    await server().query('alter policy p on s.notes using (owner = current_user or id = 2)');
    expect(told(await live('', rest))).toEqual([
      'fail-open: tenant_a (session a): SELECT on s.notes reached 1 row beyond its tenant (id=2) (context own-tenant); 2 attempts in all: SELECT and COPY TO in own-tenant',
    ]);
  });
});

describe('a login or a role for each tenant', () => {
  const rows = `insert into s.notes values (1, 'tenant_a'), (2, 'tenant_b'), (3, 'tenant_b')`;
  const schema = (policy: string) =>
    `${table('notes', 'id int primary key, tenant text', policy, 'tenant_a, tenant_b')} ${rows}`;
  const both = `tenancy: { session: user, column: tenant, own: tenant_a, other: tenant_b, unknown: tenant_c }
tables: { s.notes: { row_security: enabled, grants: { tenant_a: [SELECT], tenant_b: [SELECT] } } }`;
  const byLogin = `identities: { tenant_a: { kind: login }, tenant_b: { kind: login } }
sessions: { user: { login: '{tenant}' } }\n${both}`;
  const byRole = `identities:
  app: { kind: login, member_of: [{ role: tenant_a, inherit: false }, { role: tenant_b, inherit: false }] }
  tenant_a: { kind: group }
  tenant_b: { kind: group }
sessions: { user: { login: app, role: '{tenant}' } }\n${both}`;

  it.each([
    ['a login', byLogin, ''],
    ['a role', byRole, ' of app'],
  ])('%s is compared with its own tenant’s rows, and must see all of them', async (_, rest, of) => {
    await server().query('grant tenant_a, tenant_b to app with inherit false, set true');
    const right = await live(schema('tenant = current_user'), rest);
    expect(told(right)).toEqual([]);
    const seen = right.cells.filter(
      ({ command, session, context }) => command === 'SELECT' && session === 'user' && context !== 'hostile',
    );
    expect(seen.map(({ identity, context, rows: count }) => `${identity} ${context} ${count}`)).toEqual([
      'tenant_a own-tenant 1',
      'tenant_b other-tenant 2',
    ]);
    await server().query('alter policy p on s.notes using (tenant = current_user and id < 3 or id = 2)');
    expect(told(await live('', rest))).toEqual([
      expect.stringMatching(
        `^fail-open: tenant_a \\(session user${of}\\): SELECT on s.notes reached 1 row beyond its tenant \\(id=2\\)`,
      ),
      expect.stringMatching(
        `^unexpected-closed: tenant_b \\(session user${of}\\): SELECT on s.notes does not see 1 row .* \\(id=3\\) \\(context other-tenant\\)`,
      ),
    ]);
  });
});

describe('a row that belongs to whom the row belongs that it refers to', () => {
  const parent = `${table('orders', 'org text, id int, tenant text, primary key (org, id)', own)} insert into s.orders values ('x', 1, 'a'), ('x', 2, 'b'), ('y', 1, 'b');`;
  const child = (policy: string) =>
    `${table('lines', 'id int primary key, org text, order_id int, foreign key (org, order_id) references s.orders', policy)} insert into s.lines values (1, 'x', 1), (2, 'x', 2), (3, 'y', 1)`;
  const rest = `${identities}\n${user}\n${tenancy}
tables:
  s.orders: { row_security: enabled, grants: { app: [SELECT] } }
  s.lines: { row_security: enabled, rows: { via: [org, order_id] }, grants: { app: [SELECT] } }`;

  it('is compared by every column of the key', async () => {
    const right = 'exists (select from s.orders as o where (o.org, o.id) = (lines.org, lines.order_id))';
    const answer = await live(`${parent}${child(right)}`, rest);
    expect(told(answer)).toEqual([]);
    expect(
      answer.cells.find(
        ({ table: name, context, command }) => name === 's.lines' && context === 'own-tenant' && command === 'SELECT',
      )?.rows,
    ).toBe(1);
  });

  it('is open where the policy forgets one of them', async () => {
    const forgets = 'exists (select from s.orders as o where o.id = lines.order_id)';
    expect(told(await live(`${parent}${child(forgets)}`, rest))[0]).toMatch(
      /^fail-open: app \(session user\): SELECT on s\.lines reached 1 row beyond its tenant \(id=1\) \(context other-tenant\)/,
    );
  });
});
