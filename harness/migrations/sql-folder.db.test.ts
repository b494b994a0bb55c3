import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import type { Migrator } from './migrator.ts';
import { sqlFolder } from './sql-folder.ts';

let server: TestServer;
const folders: string[] = [];
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-migrations-'));
  folders.push(folder);
  await Promise.all(Object.entries(files).map(([name, sql]) => writeFile(path.join(folder, name), sql)));
  return folder;
}
const migrator = async (files: Record<string, string>): Promise<Migrator> =>
  sqlFolder(await folderOf(files), new AbortController().signal);

let databases = 0;
async function database(): Promise<{
  name: string;
  target: ReturnType<TestServer['target']>;
  tables: () => Promise<string>;
}> {
  const name = `m${++databases}`;
  await server.createDatabase(name);
  const tables = async () =>
    (
      await server.query(
        `select coalesce(string_agg(relname, ' ' order by relname), '') as names from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
        name,
      )
    )[0]!['names'] as string;
  return { name, target: server.target(name), tables };
}

const three = {
  '1_one.sql': 'create table one ();',
  '1_one.down.sql': 'drop table one;',
  '2_two.sql': 'create table two ();',
  '2_two.down.sql': 'drop table two;',
  '10_ten.sql': 'create table ten ();',
  '10_ten.down.sql': 'drop table ten;',
  'README.md': 'not a migration',
};
const refusal = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message), next: expect.any(String) });

describe('a folder of migrations', () => {
  it('goes up to a revision, from wherever the database is, in the order of the numbers', async () => {
    const { target, tables } = await database();
    const { up } = await migrator(three);
    await up(target, '1');
    expect(await tables()).toBe('one');
    await up(target, '2');
    expect(await tables()).toBe('one two');
    await up(target, '10');
    expect(await tables()).toBe('one ten two');
  });

  it('does nothing when the database is there already, or further', async () => {
    const { target, tables } = await database();
    const { up } = await migrator(three);
    await up(target, '2');
    await up(target, '2');
    await up(target, '1');
    expect(await tables()).toBe('one two');
  });

  it('goes down to a revision, and up again', async () => {
    const { target, tables } = await database();
    const { up, down } = await migrator(three);
    await up(target, '10');
    await down!(target, '10');
    expect(await tables()).toBe('one ten two');
    await down!(target, '1');
    expect(await tables()).toBe('one');
    await down!(target, '1');
    await up(target, '2');
    expect(await tables()).toBe('one two');
  });

  it('remembers each database on its own', async () => {
    const [first, second] = [await database(), await database()];
    const { up } = await migrator(three);
    await up(first.target, '2');
    await up(second.target, '1');
    expect([await first.tables(), await second.tables()]).toEqual(['one two', 'one']);
  });

  it('refuses a revision that is not there, and lists those that are', async () => {
    const { target } = await database();
    const { up, down } = await migrator(three);
    await expect(up(target, '3')).rejects.toThrow(
      refusal('bad-contract', /no migration of revision 3 in .*: 1, 2, 10$/),
    );
    await expect(down!(target, '3')).rejects.toThrow(refusal('bad-contract', /revision 3/));
  });

  it('refuses two migrations of one revision', async () => {
    await expect(migrator({ '1_a.sql': '', '1_b.sql': '' })).rejects.toThrow(
      refusal('bad-contract', /have the revision 1$/),
    );
  });

  it('refuses a file of SQL that would never run', async () => {
    await expect(migrator({ '1_a.sql': '', 'fix_grants.sql': '' })).rejects.toThrow(
      refusal('bad-contract', /fix_grants\.sql/),
    );
    await expect(migrator({ '1_a.sql': '', '2_b.v2.sql': '' })).rejects.toThrow(
      refusal('bad-contract', /2_b\.v2\.sql/),
    );
  });

  it('refuses a folder that is not there', async () => {
    await expect(async () => sqlFolder('/nowhere/migrations', new AbortController().signal)).rejects.toThrow(
      refusal('bad-contract', /\/nowhere\/migrations/),
    );
  });

  it('has no way back from a migration without one', async () => {
    const { target, tables } = await database();
    const { up, down } = await migrator({ '1_one.sql': 'create table one ();', '2_two.sql': 'create table two ();' });
    await up(target, '2');
    await expect(down!(target, '1')).rejects.toThrow(refusal('migration-failed', /revision 2 has no way back/));
    expect(await tables()).toBe('one two');
  });

  it('says of a way back that fails what the server adds in DETAIL and HINT', async () => {
    const { target, tables } = await database();
    const { up, down } = await migrator({
      '1_one.sql': 'select 1;',
      '2_two.sql': 'create table two (); create view seen as select from two;',
      '2_two.down.sql': 'drop table two;',
    });
    await up(target, '2');
    await expect(down!(target, '1')).rejects.toThrow(
      refusal(
        'migration-failed',
        /2_two\.down\.sql:1:1: cannot drop table two because other objects depend on it \(SQLSTATE 2BP01\)[^]*\nDetail: view seen depends on table two\nHint: Use DROP \.\.\. CASCADE/,
      ),
    );
    expect(await tables()).toBe('two');
  });

  it('names file, line and SQLSTATE of the one that fails, and keeps nothing of it', async () => {
    const { target, tables } = await database();
    const { up } = await migrator({
      '1_one.sql': 'create table one ();',
      '2_two.sql': 'create table two ();\n-- ü\ncreate tabel x ();\n',
    });
    await expect(up(target, '2')).rejects.toThrow(
      refusal(
        'migration-failed',
        /2_two\.sql:3:8: syntax error at or near "tabel" \(SQLSTATE 42601\)\ncreate tabel x \(\);\n {7}\^$/,
      ),
    );
    expect(await tables()).toBe('one');
    await expect(up(target, '2')).rejects.toThrow(refusal('migration-failed', /2_two\.sql/));
  });

  it.each<[what: string, files: Record<string, string>]>([
    ['a role that the one before it has set', { '1_a.sql': 'set role pg_monitor;', '2_b.sql': 'create table b ();' }],
    [
      'a search path that a dump has emptied',
      { '1_a.sql': `select set_config('search_path', '', false);`, '2_b.sql': 'create table b ();' },
    ],
    [
      'a session authorization',
      { '1_a.sql': 'set session authorization pg_monitor;', '2_b.sql': 'create table b ();' },
    ],
    [
      'a byte order mark and carriage returns',
      { '1_a.sql': 'select 1;', '2_b.sql': '\uFEFFcreate table\r\n b ();\r\n' },
    ],
    ['a BEGIN and COMMIT of its own', { '1_a.sql': 'begin;\ncreate table b ();\ncommit;\n', '2_b.sql': 'select 1;' }],
    ['psql’s variables', { '1_a.sql': 'select 1;', '2_b.sql': '\\set t b\ncreate table :"t" ();\n' }],
    [
      'rows for COPY',
      {
        '1_a.sql': 'create table b (i int);\ncopy b from stdin;\n1\n2\n\\.\n',
        '2_b.sql': 'do $$ begin assert (select count(*) = 2 from b); end $$',
      },
    ],
  ])('starts each file clean, and holds with %s', async (_, files) => {
    const { target, tables } = await database();
    await (await migrator(files)).up(target, '2');
    expect(await tables()).toBe('b');
  });

  it.each([
    '--! transaction: none',
    '-- a comment\n--! no-transaction',
    '-- atlas:txmode none',
    '-- +goose NO TRANSACTION',
    '-- migrate:up transaction:false',
    '-- executeInTransaction=false',
  ])('runs a file outside of a transaction that begins with %s', async (header) => {
    const { target, tables } = await database();
    const { up } = await migrator({
      '1_a.sql': `${header}\ncreate table b (i int);\ncreate index concurrently on b (i);\n`,
    });
    await up(target, '1');
    expect(await tables()).toBe('b');
  });

  it.each<[what: string, sql: string, message: RegExp, next: RegExp]>([
    [
      'leaves a transaction open',
      'commit; begin; create table b ();',
      /1_a\.sql:1: the file leaves a transaction open/,
      /what it committed/,
    ],
    [
      'cannot run in a transaction',
      'create table b (i int);\ncreate index concurrently on b (i);',
      /1_a\.sql:2:1: .*25001/,
      /--! transaction: none/,
    ],
    ['needs an extension that is not there', 'create extension postgis;', /postgis/, /--image/],
    ['names another database', 'grant connect on database shop to pg_monitor;', /shop/, /databases/],
    [
      'has a command that is not supported',
      'create table b ();\n\\d b\n',
      /1_a\.sql:2: psql command \\d is not supported/,
      /nothing of it was applied/,
    ],
    ['starts a program', '\\! true\n', /1_a\.sql:1: .*--allow-shell/, /nothing/],
    ['includes one that fails', '\\ir other.inc\n', /other\.inc/, /nothing/],
  ])('refuses a file that %s', async (_, sql, message, next) => {
    const { target } = await database();
    const { up } = await migrator({ '1_a.sql': sql });
    await expect(up(target, '1')).rejects.toThrow(
      expect.objectContaining({
        code: 'migration-failed',
        message: expect.stringMatching(message),
        next: expect.stringMatching(next),
      }),
    );
  });
});
