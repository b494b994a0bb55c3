import { describe, expect, it } from 'vitest';

import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import { identities, liveOver, own, ownTable as table, tenancy, user, withLogins } from '../../testing/owned-notes.ts';

const server = withLogins();

const live = (sql: string, rest: string): Promise<LiveAnswer> => liveOver(server(), sql, rest);

const short = 'tenancy: { setting: app.tenant, column: tenant, own: a, other: b, unknown: c }';
const sessions = `sessions: { user: { login: app, set: { app.user: '{user}' } } }
tenancy: { session: user, own: { user: '1' }, other: { user: '2' }, unknown: { user: '9' } }`;
const who = `nullif(current_setting('app.user', true), '')::int`;
const mine = `org in (select org from s.members where member = ${who})`;

/** Documents of an organisation, which its members see, and the lines of the documents. */
const base = `create table s.members (org int, member int); insert into s.members values (1, 1), (2, 2);
  grant select on s.members to app;
  ${table('docs', 'id int primary key, org int, title text, published bool default false', mine)}
  insert into s.docs values (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');
  ${table('lines', 'id int primary key, doc int references s.docs, text text', 'exists (select from s.docs as d where d.id = doc)')}
  insert into s.lines values (11, 1, 'x'), (12, 2, 'y'), (13, 3, 'z');`;
const contract = (view: string, docs = '') => `${identities}\n${sessions}
tables:
  s.members: { rows: all, grants: { app: [SELECT] } }
  s.docs: { rows: "org in (select org from s.members where member = :user)", ${docs}row_security: enabled, grants: { app: [SELECT] } }
  s.lines: { rows: { via: doc }, row_security: enabled, grants: { app: [SELECT] } }
  s.seen: { ${view} }`;
const seen = (options: string, query: string, privileges = 'select') =>
  `create view s.seen ${options} as ${query}; grant ${privileges} on s.seen to app;`;
const reads = 'grants: { app: [SELECT] }';
const invoker = 'with (security_invoker)';

/** The contexts in which a command on the view was open. */
const openIn = ({ cells }: LiveAnswer, command: string) =>
  cells.filter((one) => one.table === 's.seen' && one.command === command && !one.closed).map(({ context }) => context);

const queries: Record<string, [query: string, witness: string]> = {
  'the key': ['select id, title from s.docs', 'id=1'],
  'the key by another name': ['select title, id as doc from s.docs', 'doc=1'],
  'the key of a child': ['select id, text from s.lines', 'id=11'],
  'what a child refers to': ['select doc, text from s.lines', 'doc=1'],
  'the key of one of two tables': ['select l.id, d.title from s.lines as l join s.docs as d on d.id = l.doc', 'id=11'],
  'the keys of two tables': [
    'select d.id, l.id as line from s.docs as d left join s.lines as l on l.doc = d.id',
    'id=1',
  ],
  'the key within a subquery': ['select * from (select id, upper(title) as title from s.docs) as d', 'id=1'],
};

describe('a view of which the contract does not say whose its rows are', () => {
  it.each(Object.entries(queries))('is held against the rows of its table by %s', async (_, [query, witness]) => {
    expect(told(await live(`${base} ${seen(invoker, query)}`, contract(reads)))).toEqual([]);
    await server().query('drop view s.seen');
    const answer = await live(seen('', query), contract(reads));
    expect(told(answer)).toEqual([
      expect.stringMatching(
        `^fail-open: app \\(session user\\): SELECT on s\\.seen reached 3 rows beyond its tenant, such as ${witness} \\(context never-set\\); .*SELECT and COPY TO in every context`,
      ),
    ]);
    const own = answer.cells.find(
      (cell) => cell.table === 's.seen' && cell.command === 'SELECT' && cell.context === 'own-tenant',
    );
    expect(own).toMatchObject({ closed: false, foreign_rows: 1 });
  });

  it('shows a row of a key of several columns, or by an outer join none', async () => {
    const parts = `${table('parts', 'doc int references s.docs, number int, text text, primary key (doc, number)', 'exists (select from s.docs as d where d.id = doc)')}
      insert into s.parts values (1, 1, 'x'), (3, 1, 'y');`;
    const rest = `${contract(reads)}\n  s.parts: { rows: { via: doc }, row_security: enabled, grants: { app: [SELECT] } }`;
    const query = 'select d.id, p.doc, p.number from s.docs as d left join s.parts as p on p.doc = d.id';
    expect(told(await live(`${base} ${parts} ${seen(invoker, query)}`, rest))).toEqual([]);
    await server().query('drop view s.seen');
    expect(told(await live(seen('', `${query} where ${mine} or d.id = 3`), rest))).toEqual([
      expect.stringMatching(/^fail-open: .* s\.seen reached 1 row beyond its tenant \(id=3\)/),
    ]);
    await server().query('drop view s.seen');
    const shared = `select p.doc, p.number from s.parts as p right join s.docs as d on p.doc = d.id and (p.doc = 3 or ${mine}) where ${mine} or d.id = 3`;
    expect(told(await live(seen('', shared), rest))).toEqual([
      expect.stringMatching(/^fail-open: .* s\.seen reached 1 row beyond its tenant \(doc=3, number=1\)/),
    ]);
  });

  it('shows by an outer join from what is shared no row', async () => {
    const plans = `create table s.plans (id int primary key); insert into s.plans values (1), (2), (3); grant select on s.plans to app;`;
    const rest = `${contract(reads)}\n  s.plans: { rows: all, grants: { app: [SELECT] } }`;
    const query = 'select p.id as plan, d.id from s.plans as p left join s.docs as d on d.id = p.id';
    expect(told(await live(`${base} ${plans} ${seen(invoker, query)}`, rest))).toEqual([]);
    await server().query('drop view s.seen');
    expect(told(await live(seen('', query), rest))).toEqual([
      expect.stringMatching(/^fail-open: .* s\.seen reached 3 rows beyond its tenant, such as id=1/),
    ]);
  });

  it('is held against it through another view', async () => {
    const inner = `create view s.inside as select id as number, title from s.docs;`;
    const answer = await live(`${base} ${inner} ${seen('', 'select number as id from s.inside')}`, contract(reads));
    expect(told(answer)).toEqual([expect.stringMatching(/^fail-open: .* s\.seen reached 3 rows .* such as id=1/)]);
  });

  it('is held against it where its rows are stored', async () => {
    const stored = 'create materialized view s.seen as select id, title from s.docs; grant select on s.seen to app';
    expect(told(await live(`${base} ${stored}`, contract(reads)))).toEqual([
      expect.stringMatching(/^fail-open: .* s\.seen reached 3 rows .* such as id=1/),
    ]);
  });

  it('is held against it by a row that is changed through it', async () => {
    const rest = contract('grants: { app: [SELECT, UPDATE, DELETE] }');
    const query = `select id, text from s.lines where doc in (select id from s.docs where ${mine}) or id = 13`;
    const answer = await live(`${base} ${seen('', query, 'select, update, delete')}`, rest);
    expect(told(answer)).toEqual([
      expect.stringMatching(/^fail-open: .* SELECT on s\.seen reached 1 row beyond its tenant \(id=13\)/),
      expect.stringMatching(/^fail-open: .* UPDATE on s\.seen .* UPDATE in 8 of 12 contexts$/),
      expect.stringMatching(/^fail-open: .* DELETE on s\.seen .* DELETE in 8 of 12 contexts$/),
    ]);
    for (const command of ['UPDATE', 'DELETE']) {
      expect(openIn(answer, command)).toEqual(expect.arrayContaining(['never-set', 'own-tenant', 'unknown-tenant']));
    }
  });

  it.each([
    ['as whoever reads', invoker, 'select id, title from s.docs where id <> 2'],
    ['as its owner, by the session', '', `select id, title from s.docs where ${mine} and id <> 2`],
  ])('may leave rows out: %s', async (_, options, query) => {
    const answer = await live(`${base} ${seen(options, query)}`, contract(reads));
    expect(told(answer)).toEqual([]);
    const own = answer.cells.find(
      (cell) => cell.table === 's.seen' && cell.command === 'SELECT' && cell.context === 'own-tenant',
    );
    expect(own).toMatchObject({ outcome: 'allowed', rows: 1, closed: true });
  });

  it('is held against it by a row that is written through it', async () => {
    const rest = contract('grants: { app: [SELECT, INSERT] }').replace(
      'rows: { via: doc }, row_security: enabled, grants: { app: [SELECT] }',
      'rows: { via: doc }, row_security: enabled, grants: { app: [SELECT, INSERT] }',
    );
    const query = 'select id as number, doc, text from s.lines where doc in (select id from s.docs)';
    const granted = 'grant insert on s.lines to app;';
    const ofView = (answer: LiveAnswer) => told(answer).filter((one) => one.includes('INSERT'));
    expect(ofView(await live(`${base} ${granted} ${seen(invoker, query, 'select, insert')}`, rest))).toEqual([]);
    await server().query('drop view s.seen');
    const answer = await live(seen('', query, 'select, insert'), rest);
    expect(ofView(answer)).toEqual([
      expect.stringMatching(
        /^fail-open: .* INSERT on s\.seen reached 1 row .*; 28 attempts in all: INSERT in 10 of 11 /,
      ),
    ]);
    expect(openIn(answer, 'INSERT')).toEqual(expect.arrayContaining(['never-set', 'other-tenant']));
  });

  it('may have got rows since they were looked at', async () => {
    const query = `select id, text from s.lines where doc in (select id from s.docs where ${mine})`;
    const answer = await liveOver(
      server(),
      `${base} ${seen('', query, 'select, update, delete')}`,
      contract('grants: { app: [SELECT, UPDATE, DELETE] }'),
      () => server().query(`insert into s.lines values (20, 1, 'n'), (21, 1, 'm'), (22, 3, 'o')`),
    );
    expect(told(answer)).toEqual([]);
  });

  it('may show every row to who sees all, and one more than once', async () => {
    const answer = await live(
      `${base} grant select on s.docs, s.lines, s.members to analyst; insert into s.lines values (14, 3, 'w'), (15, 3, 'v'), (16, 1, 'u');
       create view s.seen with (security_invoker) as select d.id, l.text from s.docs as d join s.lines as l on l.doc = d.id; grant select on s.seen to analyst`,
      `identities: { app: { kind: login }, analyst: { kind: login, attributes: [LOGIN, INHERIT, BYPASSRLS] } }
${sessions.replace('sessions: {', 'sessions: { all: { login: analyst, sees: all },')}
tables:
  s.members: { rows: all, grants: { app: [SELECT], analyst: [SELECT] } }
  s.docs: { rows: "org in (select org from s.members where member = :user)", row_security: enabled, grants: { app: [SELECT], analyst: [SELECT] } }
  s.lines: { rows: { via: doc }, row_security: enabled, grants: { app: [SELECT], analyst: [SELECT] } }
  s.seen: { grants: { analyst: [SELECT] } }`,
    );
    expect(told(answer)).toEqual([]);
  });

  it('shows what is open in its table', async () => {
    const query = `select id, title from s.docs where published or ${mine}`;
    const open = `update s.docs set published = true where id = 3; alter policy p on s.docs using (published or ${mine});`;
    const rest = contract(reads, 'open: published, ');
    const ofView = (answer: LiveAnswer) => told(answer).filter((one) => one.includes('s.seen'));
    expect(ofView(await live(`${base} ${open} ${seen('', query)}`, rest))).toEqual([]);
    await server().query('drop view s.seen');
    expect(ofView(await live(`update s.docs set published = false; ${seen('', `${query} or id = 3`)}`, rest))).toEqual([
      expect.stringMatching(/reached 1 row beyond its tenant \(id=3\)/),
    ]);
  });
});

describe('a view of a table that has the column of the tenant', () => {
  const notes = `${table('notes', 'id int primary key, tenant text, body text', own)}
    insert into s.notes values (1, 'a', 'x'), (2, 'a', 'y'), (3, 'b', 'z');`;
  const rest = (who: string) => `${identities}\n${who}
tables:
  s.notes: { row_security: enabled, grants: { app: [SELECT] } }
  s.seen: { grants: { app: [SELECT] } }`;
  const forms = { 'a session': `${user}\n${tenancy}`, 'the one setting': short };

  it.each(
    Object.entries(forms).flatMap(([form, who]) =>
      [
        ['by its key', 'select id, body from s.notes', '3 rows beyond its tenant, such as id=1'],
        ['by the column under another name', 'select tenant as company, body from s.notes', '3 rows beyond its tenant'],
      ].map(([how, query, what]) => [how, form, who, query, what] as const),
    ),
  )('is held against it %s, with %s', async (_, __, who, query, what) => {
    expect(told(await live(`${notes} ${seen(invoker, query!)}`, rest(who)))).toEqual([]);
    await server().query('drop view s.seen');
    expect(told(await live(seen('', query!), rest(who)))).toEqual([
      expect.stringMatching(`^fail-open: .* SELECT on s\\.seen reached ${what}`),
    ]);
  });
});

describe('a view with the column of the tenant', () => {
  const byColumn = `sessions: { user: { login: app, set: { app.tenant: '{tenant}', app.user: '{user}' } } }
tenancy: { session: user, column: tenant, own: { tenant: a, user: '1' }, other: { tenant: b, user: '2' }, unknown: { tenant: c, user: '9' } }`;

  it('is not held against it where the rows of its table are shared', async () => {
    const shared = `create table s.plans (tenant text primary key, price int); insert into s.plans values ('a', 1), ('b', 2); grant select on s.plans to app;`;
    const answer = await live(
      `${shared} create view s.seen as select tenant, price from s.plans; grant select on s.seen to app`,
      `${identities}\n${byColumn}
tables:
  s.plans: { rows: all, grants: { app: [SELECT] } }
  s.seen: { grants: { app: [SELECT] } }`,
    );
    expect(told(answer)).toEqual([]);
  });

  it('is held against the rows of its table, where that says more', async () => {
    const policy = `tenant = current_setting('app.tenant', true) and author = ${who}`;
    const drafts = `${table('drafts', 'id int primary key, tenant text, author int', policy)}
      insert into s.drafts values (1, 'a', 1), (2, 'a', 3), (3, 'b', 2);`;
    const rest = `${identities}\n${byColumn}
tables:
  s.drafts: { rows: "tenant = :tenant and author = :user", row_security: enabled, grants: { app: [SELECT] } }
  s.seen: { grants: { app: [SELECT] } }`;
    const query = 'select id, tenant from s.drafts';
    expect(told(await live(`${drafts} ${seen(invoker, query)}`, rest))).toEqual([]);
    await server().query('drop view s.seen');
    const leak = seen('', `${query} where tenant = current_setting('app.tenant', true)`);
    expect(told(await live(leak, rest))).toEqual([
      expect.stringMatching(/^fail-open: .* s\.seen reached 1 row beyond its tenant \(id=2\) \(context own-tenant\)/),
    ]);
  });
});
