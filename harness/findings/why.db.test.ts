import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { columnNames } from '../catalog/column-names.ts';
import { snapshot } from '../catalog/snapshot.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { tableOfColumn } from './named-object.ts';
import { explainAccess, type Explanation } from './why.ts';

const database = 'why "quoted"';
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase(database);
  await server.query(readFileSync(new URL('why.fixture.sql', import.meta.url), 'utf8'), database);
});
afterAll(() => server.stop());

/** The answer after some statements, which are rolled back. */
async function after(statements: string[], role: string, privilege: string, object: string): Promise<Explanation> {
  await server.query('begin', database);
  try {
    for (const statement of statements) {
      await server.query(statement, database);
    }
    await server.query(`set local search_path = ''`, database);
    const facts = await snapshot((sql) => server.query(sql, database), server.version);
    const table = tableOfColumn(facts, object);
    const columns =
      table === undefined
        ? undefined
        : await columnNames(
            (sql, values) => server.query(sql.replace('$1', `'${String(values[0]).replaceAll(`'`, `''`)}'`), database),
            table,
          );
    return explainAccess({ facts, database, columns }, role, privilege, object);
  } finally {
    await server.query('rollback', database);
  }
}

const questions: [role: string, privilege: string, object: string][] = [
  ['app', 'SELECT', 'shop.t'],
  ['Odd role', 'SELECT', 'shop.t'],
  ['"PUBLIC"', 'SELECT', 'shop.t'],
  ['PUBLIC', 'SELECT', 'shop.t'],
  ['newcomer', 'SELECT', 'shop.t'],
  ['newcomer', 'SELECT', 'public_too.t'],
  ['chooser', 'SELECT', 'shop.t'],
  ['chooser', 'INSERT', 'shop.t'],
  ['app', 'SELECT', 'shop.t."Odd"'],
  ['app', 'OWNER', 'shop.t'],
  ['app', 'SELECT', 'shop.v'],
  ['app', 'OWNER', 'shop.v'],
  ['app', 'SELECT', 'shop.m'],
  ['app', 'OWNER', 'shop.m'],
  ['app', 'USAGE', 'shop.s'],
  ['app', 'OWNER', 'shop.s'],
  ['app', 'OWNER', 'shop.t_id_seq'],
  ['app', 'OWNER', 'public_too.t_id_seq'],
  ['app', 'SELECT', 'shop.s.last_value'],
  ['app', 'EXECUTE', 'shop.f(integer)'],
  ['app', 'OWNER', 'shop.f(integer)'],
  ['app', 'EXECUTE', 'shop.p(integer)'],
  ['app', 'OWNER', 'shop.p(integer)'],
  ['app', 'EXECUTE', 'shop.a(integer)'],
  ['app', 'OWNER', 'shop.a(integer)'],
  ['app', 'USAGE', 'shop.mood'],
  ['app', 'OWNER', 'shop.mood'],
  ['app', 'USAGE', 'shop.price'],
  ['app', 'OWNER', 'shop.price'],
  ['app', 'USAGE', 'shop.pair'],
  ['app', 'OWNER', 'shop.pair'],
  ['app', 'USAGE', 'shop'],
  ['app', 'OWNER', 'shop'],
  ['app', 'USAGE', 'away'],
  ['app', 'OWNER', 'away'],
  ['app', 'USAGE', 'far'],
  ['app', 'CONNECT', 'database'],
  ['app', 'OWNER', 'database'],
  ['app', 'USAGE', 'plpgsql'],
  ['app', 'SELECT', '4711'],
  ['app', 'OWNER', '4711'],
  ['app', 'SET', 'work_mem'],
  ['app', 'BYPASSRLS', 'app'],
];

describe('what is missing', () => {
  it.each(questions)('for %s to have %s on %s is given by the SQL that is printed', async (...question) => {
    const { allowed, missing } = await after([], ...question);
    expect(allowed).toBe(false);
    expect(missing.length).toBeGreaterThan(0);
    const remedies = missing.map(({ remedy }) => remedy);
    expect(await after(remedies, ...question)).toMatchObject({ missing: [] });
    // Each of them is needed.
    for (const [index] of remedies.entries()) {
      const others = remedies.filter((_, other) => other !== index);
      const without = await after(others, ...question).catch(() => ({ allowed: false }));
      expect(without.allowed).toBe(false);
    }
  });

  it.each([
    ['PUBLIC', 'OWNER', 'shop.t', 'OWNER on shop.t, which only a role can be'],
    ['app', 'OWNER', 'far', 'OWNER on far: the owner of a foreign data wrapper must be a superuser'],
    ['app', 'SELECT', 'shop.t.nothing', 'shop.t.nothing does not exist, or is not written as the server prints it'],
    ['pg_nothing', 'SELECT', 'shop.t', 'the role pg_nothing does not exist'],
  ])('for %s to have %s on %s no SQL gives', async (role, privilege, object, what) => {
    const { allowed, missing } = await after([], role, privilege, object);
    expect(allowed).toBe(false);
    expect(missing).toContainEqual({ what, remedy: '' });
  });
});

describe('an answer', () => {
  it('to a role that can become a superuser is yes', async () => {
    expect(await after([], 'heir', 'DELETE', 'shop.t')).toMatchObject({
      allowed: true,
      paths: [{ text: 'via SET ROLE boss, a superuser' }],
    });
  });

  it('for a name that several objects share means the schema, unless a kind is given', async () => {
    const wrapper = 'foreign-data-wrapper';
    expect(await after(['grant usage on schema public to app'], 'app', 'USAGE', 'public')).toMatchObject({
      kind: 'schema',
      also: [wrapper],
      allowed: true,
    });
    expect(await after([], 'app', 'USAGE', 'foreign data wrapper public')).toMatchObject({
      kind: wrapper,
      allowed: false,
    });
  });

  it('sends USAGE to the role that has the privilege', async () => {
    const { missing } = await after([], 'chooser', 'SELECT', 'shop.t');
    expect(missing).toEqual([{ what: 'USAGE on schema shop', remedy: 'GRANT USAGE ON SCHEMA shop TO "reader";' }]);
  });

  it('names no USAGE that PUBLIC has', async () => {
    const { missing } = await after([], 'newcomer', 'SELECT', 'public_too.t');
    expect(missing.map(({ what }) => what)).toEqual(['the role newcomer does not exist', 'SELECT on public_too.t']);
  });
});
