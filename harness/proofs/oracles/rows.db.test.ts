import { afterEach, describe, expect, it } from 'vitest';

import { parseContract } from '../../contract/parse-contract.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { contractHead, identities, ownTable as table, withLogins } from '../../testing/owned-notes.ts';
import { judgeOracles, unprovenOracles } from './judge.ts';
import { runOracles, type Oracle } from './observe.ts';

const server = withLogins();
const open: Session[] = [];
afterEach(() => Promise.all(open.splice(0).map((session) => session.close())));

const sessions = `sessions: { user: { login: app, set: { app.user: '{user}' } } }
tenancy: { session: user, own: { user: '1' }, other: { user: '2' }, unknown: { user: '9' } }`;
const who = `nullif(current_setting('app.user', true), '')::int`;

/** What app learns about the tables of a schema that `sql` makes, with the contract's `rows`. */
async function learned(sql: string, tables: string) {
  await server().query(`${sql}; grant all on all tables in schema s to app`);
  const { contract } = parseContract('c.yaml', `${contractHead}${identities}\n${sessions}\ntables:\n${tables}`);
  const logIn = async (target = server().superuser): Promise<Session> => {
    const session = await connect(target);
    open.push(session);
    return session;
  };
  const app = { ...server().superuser, user: 'app', password: 'app' };
  const login = { untouched: await logIn(app), used: await logIn(app) };
  const oracles = await runOracles(await logIn(), contract, new Map([['app', login]]));
  return {
    told: oracles.map(short),
    found: judgeOracles(contract, oracles).map(({ object, access }) => `${object} ${access}`),
    unproven: unprovenOracles(oracles).map(({ object, access, reason }) => `${object} ${access}: ${reason}`),
  };
}

const short = ({ kind, key, open: isOpen, hidden, absent }: Oracle) =>
  `${kind} ${key} ${isOpen ? 'open' : 'closed'}: ${hidden.outcome} ${hidden.rows}, ${absent.outcome} ${absent.rows}`;

const teams = `create table s.members (org int, member int); insert into s.members values (1, 1), (2, 2);`;
const mine = `org in (select org from s.members where member = ${who})`;
const docs = `${teams} ${table('docs', 'id int primary key, org int, slug text constraint by_slug unique', mine)}
  insert into s.docs values (1, 1, 'one'), (2, 2, 'two');`;
const saidOfDocs = `  s.members: { rows: all }
  s.docs: { rows: "org in (select org from s.members where member = :user)", row_security: enabled }\n`;

/** The keys of a table through which every trial reveals hidden rows. */
const byUnique = (...keys: string[]) =>
  keys.flatMap((key) => [
    `unique ${key} open: stopped:23505 0, allowed 1`,
    `conflict ${key} open: allowed 0, allowed 1`,
  ]);

describe('a hidden row is told of by a unique key', () => {
  it('where SQL says whose rows are', async () => {
    const { told, found, unproven } = await learned(docs, saidOfDocs);
    expect(told).toEqual(byUnique('by_slug', 'docs_pkey'));
    expect(found).toEqual(['s.docs by_slug', 's.docs docs_pkey']);
    expect(unproven).toEqual([]);
  });

  it('where another column than that of tenancy does', async () => {
    const { told, unproven } = await learned(
      `${table('notes', 'id int primary key, owner int', `owner = ${who}`)} insert into s.notes values (1, 1), (2, 2)`,
      '  s.notes: { rows: { column: owner }, row_security: enabled }',
    );
    expect(told).toEqual(byUnique('notes_pkey'));
    expect(unproven).toEqual([]);
  });

  it('where it is a row of its parent', async () => {
    const { told, unproven } = await learned(
      `${docs} ${table('lines', 'doc int constraint to_doc references s.docs, number int constraint by_number unique', 'doc in (select id from s.docs)')}
       insert into s.lines values (1, 10), (2, 20)`,
      `${saidOfDocs}  s.lines: { rows: { via: doc }, row_security: enabled }`,
    );
    expect(told).toEqual([
      ...byUnique('by_slug', 'docs_pkey'),
      // The policy compares the parent before the key does.
      'foreign-key to_doc closed: denied-by-rls 0, denied-by-rls 0',
      ...byUnique('by_number'),
    ]);
    expect(unproven).toEqual([]);
  });

  it('where an array holds its tenants', async () => {
    const { told, unproven } = await learned(
      `${table('files', 'name text constraint by_name unique, readers int[]', `${who} = any (readers)`)}
       insert into s.files values ('x', '{1,3}'), ('y', '{1,2}'), ('z', '{2}')`,
      '  s.files: { rows: { column: readers }, row_security: enabled }',
    );
    expect(told).toEqual(byUnique('by_name'));
    expect(unproven).toEqual([]);
  });

  it('and not of a row that is open, or of both tenants', async () => {
    const { told, unproven } = await learned(
      `${table('files', 'name text constraint by_name unique, readers int[], published bool', `published or ${who} = any (readers)`)}
       insert into s.files values ('x', '{1}', false), ('y', '{1,2}', false), ('z', '{2}', true)`,
      '  s.files: { rows: { column: readers }, open: published, row_security: enabled }',
    );
    expect(told).toEqual([expect.stringContaining('unique by_name closed')]);
    expect(unproven).toEqual([
      's.files existence oracle (unique) by by_name: s.files has no row that is hidden from tenancy.own',
    ]);
  });

  it('by an UPDATE, where policies let nobody insert', async () => {
    const { told } = await learned(
      `${teams} create table s.docs (id int primary key, org int, slug text constraint by_slug unique);
       alter table s.docs enable row level security; create policy r on s.docs for select using (${mine}); create policy w on s.docs for update using (${mine});
       insert into s.docs values (1, 1, 'one'), (2, 2, 'two')`,
      saidOfDocs,
    );
    expect(told).toEqual([
      'unique by_slug open: stopped:23505 0, allowed 1',
      'unique docs_pkey open: stopped:23505 0, allowed 1',
    ]);
  });

  it('by an exclusion constraint', async () => {
    const { told, unproven } = await learned(
      `${table('bookings', 'owner int, during tsrange, constraint no_overlap exclude using gist (during with &&)', `owner = ${who}`)}
       insert into s.bookings values (1, '[2026-01-01,2026-01-02)'), (2, '[2026-02-01,2026-02-02)')`,
      '  s.bookings: { rows: { column: owner }, row_security: enabled }',
    );
    expect(told).toEqual([
      'unique no_overlap open: stopped:23P01 0, allowed 1',
      'conflict no_overlap open: allowed 0, allowed 1',
    ]);
    expect(unproven).toEqual([]);
  });
});

describe('a hidden row is told of by a reference', () => {
  const lines = (policy: string, end = '') =>
    `${table('lines', `id uuid default gen_random_uuid(), org int, doc int constraint to_doc references s.docs ${end}`, policy)}
     insert into s.lines values (default, 1, 1), (default, 2, 2);`;
  const saidOfLines = `  s.lines: { rows: "org in (select org from s.members where member = :user)", row_security: enabled }`;

  it('to a parent of which SQL says whose its rows are', async () => {
    const { told, found } = await learned(`${docs} ${lines(mine)}`, `${saidOfDocs}${saidOfLines}`);
    expect(told).toContain('foreign-key to_doc open: allowed 1, stopped:23503 0');
    expect(found).toContain('s.lines to_doc');
  });

  it('and not where the policy comes before it', async () => {
    const { told, unproven } = await learned(
      `${docs} ${lines('doc in (select id from s.docs)')}`,
      `${saidOfDocs}  s.lines: { rows: { via: doc }, row_security: enabled }`,
    );
    expect(told).toContain('foreign-key to_doc closed: denied-by-rls 0, denied-by-rls 0');
    expect(unproven).toEqual([]);
  });

  it('is touched by a DELETE that cascades, and not where the row is its parent’s', async () => {
    const { told, found } = await learned(`${docs} ${lines(mine, 'on delete cascade')}`, `${saidOfDocs}${saidOfLines}`);
    expect(told).toContain('cascade to_doc open: allowed 1, allowed 1');
    expect(found).toContain('s.lines cascade to_doc');
    await server().query('drop table s.lines, s.docs, s.members');
    const via = await learned(
      `${docs} ${lines('doc in (select id from s.docs)', 'on delete cascade')}`,
      `${saidOfDocs}  s.lines: { rows: { via: doc }, row_security: enabled }`,
    );
    expect(via.told).toContain('cascade to_doc closed: allowed 0, allowed 0');
    expect(via.unproven).toEqual([]);
  });
});

describe('a row that is copied', () => {
  it('is one that the session may insert, not a colleague’s', async () => {
    const { told } = await learned(
      `${teams} create table s.docs (id int primary key, org int, author int, slug text constraint by_slug unique);
       alter table s.docs enable row level security; create policy r on s.docs for select using (${mine});
       create policy w on s.docs for insert with check (${mine} and author = ${who});
       insert into s.docs values (1, 1, 3, 'one'), (2, 1, 1, 'two'), (3, 2, 2, 'three')`,
      saidOfDocs,
    );
    expect(told).toEqual(byUnique('by_slug', 'docs_pkey'));
  });
});

describe('a reference by two columns', () => {
  const parts = (policy: string) => `${teams}
    ${table('docs', 'id uuid default gen_random_uuid() primary key, org int', mine)}
    insert into s.docs (org) values (1), (2);
    ${table('parts', 'doc uuid references s.docs, place int, primary key (doc, place)', 'doc in (select id from s.docs)')}
    insert into s.parts select id, 1 from s.docs;
    ${table('notes', 'doc uuid, place int, constraint to_part foreign key (doc, place) references s.parts', policy)}
    insert into s.notes select doc, place from s.parts;`;
  const said = `  s.members: { rows: all }
  s.docs: { rows: "org in (select org from s.members where member = :user)", row_security: enabled }
  s.parts: { rows: { via: doc }, row_security: enabled }
  s.notes: { rows: { via: [doc, place] }, row_security: enabled }`;

  it('tells where the policy looks at one of them, by a value of the other', async () => {
    const { told, found, unproven } = await learned(parts('place in (select place from s.parts)'), said);
    expect(told).toContain('foreign-key to_part open: allowed 1, stopped:23503 0');
    // Nobody can guess what refers to a random key.
    expect(found).toEqual([]);
    expect(unproven).toEqual([]);
  });

  it('does not where it looks at both', async () => {
    const right = '(doc, place) in (select doc, place from s.parts)';
    const { told, unproven } = await learned(parts(right), said);
    expect(told).toContain('foreign-key to_part closed: denied-by-rls 0, denied-by-rls 0');
    expect(unproven).toEqual([]);
  });
});
