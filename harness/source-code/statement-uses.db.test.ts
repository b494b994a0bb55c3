import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { usesOf } from './statement-uses.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.query(`
    create role app login;
    create table a (id integer primary key, b integer);
    create table b (id integer primary key, b integer);
    create function f(integer) returns integer language sql return 1;
    create procedure p() language plpgsql as 'begin end';
    revoke execute on routine f(integer), p() from public`);
});
afterAll(() => server.stop());

const statements: [sql: string, uses: string[]][] = [
  ['select 1', []],
  ['select a.b, f(1) from public.a join b on true', ['SELECT a', 'SELECT b', 'EXECUTE f']],
  ['select * from a where exists (select from b)', ['SELECT a', 'SELECT b']],
  ['select * from a for update', ['SELECT a', 'UPDATE a']],
  ['select * from a x join b on true for share of x', ['SELECT a', 'UPDATE a', 'SELECT b']],
  ['with a as (select 1) select * from a', []],
  ['with x as (select * from a), a as (select * from x) select * from a', ['SELECT a']],
  ['with recursive a as (select 1 union select * from a) select * from a', []],
  ['with a as (select 1) select * from public.a', ['SELECT a']],
  ['with x as (delete from a returning b) select * from x', ['DELETE a', 'SELECT a']],
  ['(with b as (select 1) select * from b) union select id from a', ['SELECT a']],
  ['insert into a values (1)', ['INSERT a']],
  ['insert into a (id) select id from b', ['INSERT a', 'SELECT b']],
  ['insert into a values (1) returning id', ['INSERT a', 'SELECT a']],
  ['insert into a values (1) returning 1', ['INSERT a']],
  ['insert into a values (1) on conflict do nothing', ['INSERT a']],
  ['insert into a values (1) on conflict (id) do nothing', ['INSERT a', 'SELECT a']],
  [
    'insert into a values (1) on conflict on constraint a_pkey do update set b = 2',
    ['INSERT a', 'SELECT a', 'UPDATE a'],
  ],
  ['update a set b = 1', ['UPDATE a']],
  ['update a set b = b + 1', ['SELECT a', 'UPDATE a']],
  ['update a set b = 1 where id = 1', ['SELECT a', 'UPDATE a']],
  ['update a set b = (select b.b from b)', ['SELECT b', 'UPDATE a']],
  ['update a set b = 1 from b where b.id = 1', ['SELECT b', 'UPDATE a']],
  ['delete from a', ['DELETE a']],
  ['delete from a where id = 1', ['DELETE a', 'SELECT a']],
  ['truncate a, b', ['TRUNCATE a', 'TRUNCATE b']],
  ['copy a to stdout', ['SELECT a']],
  ['copy (select * from a) to stdout', ['SELECT a']],
  ['call p()', ['EXECUTE p']],
  [
    'merge into a using b on a.id = b.id when matched then update set b = 1 when not matched then insert values (1)',
    ['INSERT a', 'SELECT a', 'SELECT b', 'UPDATE a'],
  ],
];

const order = (list: readonly string[]) => list.toSorted();

describe('what a statement uses', () => {
  it.each(statements)('of %s', async (sql, expected) => {
    const parser = await sqlParser();
    const parsed = parser.statements(sql);
    const uses = 'read' in parsed ? parsed.read.flatMap(usesOf) : [];
    expect(order(uses.map(({ privilege, name }) => `${privilege} ${name}`))).toEqual(order(expected));
    expect(new Set(uses.map(({ schema }) => schema ?? 'public'))).toEqual(new Set(uses.length === 0 ? [] : ['public']));
  });

  it.each(statements)('is what the server asks of %s', async (sql, uses) => {
    expect(await refused(sql, uses)).toBeUndefined();
    for (const one of uses) {
      expect(
        await refused(
          sql,
          uses.filter((other) => other !== one),
        ),
        `without ${one}`,
      ).toBe('42501');
    }
  });
});

/** The server's refusal of a statement by a role with only these privileges. */
async function refused(sql: string, uses: readonly string[]): Promise<string | undefined> {
  const grants = uses.map((use) => {
    const [privilege, name] = use.split(' ') as [string, string];
    const kind = name === 'f' ? 'function' : name === 'p' ? 'procedure' : 'table';
    return `grant ${privilege} on ${kind} ${name} to app`;
  });
  await server.query(['begin', ...grants, 'set local role app'].join('; '));
  try {
    await server.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await server.query('rollback');
  }
}
