import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { loadPgtap, pgtapSchema } from './pgtap.ts';
import { runSuite } from './run-suite.ts';

let server: TestServer;
let superuser: Session;
let folder: string;

beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
  await superuser.script('create table public.kept (id int)');
  await loadPgtap(superuser);
  await superuser.script(`set client_min_messages = error; set search_path = public, ${pgtapSchema}`);
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-suites-'));
  await writeFile(path.join(folder, 'shared.sql'), `\\set answer 42\nselect ok(true, 'shared');\n`);
  await writeFile(path.join(folder, 'broken.sql'), `\nselect nope;\n`);
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Runs a suite inside a transaction of ours, like a contract's suites. */
async function run(sql: string) {
  await superuser.script('rollback; begin');
  const suite = { stem: '01', file: path.join(folder, '01.sql'), sql, as: undefined, why: '', remedy: '' };
  const ran = await runSuite({ ...suite, session: 'superuser' }, superuser);
  const { transaction } = superuser;
  await superuser.script('rollback');
  const [row] = await superuser.query<{ kept: number }>('select count(*)::int as kept from public.kept');
  await superuser.script('truncate public.kept');
  return { ...ran, reason: ran.reason?.replaceAll(`${folder}/`, '') ?? null, transaction, kept: row!.kept };
}

describe('a suite that speaks psql’s language', () => {
  it('has the header of pgTAP’s manual', async () => {
    const header = `\\unset ECHO
\\set QUIET 1
\\pset format unaligned
\\pset tuples_only true
\\pset pager off
\\set ON_ERROR_ROLLBACK 1
\\set ON_ERROR_STOP true
`;
    expect(
      await run(`${header}begin; select plan(1); select ok(true, 'one'); select * from finish(); rollback;`),
    ).toMatchObject({ status: 'complete', tap: '1..1\nok 1 - one\n' });
  });

  it('includes files beside it, and uses what they set', async () => {
    expect(await run(`select plan(2);\n\\ir shared.sql\nselect is(:answer, 42, 'the answer');`)).toMatchObject({
      status: 'complete',
      assertions: [{ name: 'shared' }, { name: 'the answer' }],
    });
  });

  it('chooses, gathers and copies', async () => {
    expect(
      await run(`select no_plan();
create temp table t (id int, name text);
copy t from stdin;
1\tone
2\ttwo; -- three
\\.
select count(*) as n from t \\gset
\\if :{?n}
  select is(:n, 2, 'two rows');
\\else
  select nope;
\\endif
select format('select ok(true, %L);', name) from t order by id \\gexec
select * from finish();`),
    ).toMatchObject({
      status: 'complete',
      assertions: [{ name: 'two rows' }, { name: 'one' }, { name: 'two; -- three' }],
    });
  });

  it.each<[what: string, sql: string, reason: string]>([
    [
      'an error in a file that it includes',
      `select plan(1);\n\\ir broken.sql\n`,
      'broken.sql:2: column "nope" does not exist (SQLSTATE 42703), included at 01.sql:2',
    ],
    ['a command that is none', `select plan(1);\n\\nonsense\n`, '01.sql:2: invalid command \\nonsense'],
    [
      'a command that is not supported, whatever is said about errors',
      `\\set ON_ERROR_STOP off\nselect plan(1);\n\\watch\nselect ok(true, 'one');`,
      '01.sql:3: psql command \\watch is not supported',
    ],
    [
      'a connection of its own',
      `\\set ON_ERROR_STOP off\n\\connect - app\nselect plan(0);`,
      '01.sql:2: \\connect to another database, role or server is not supported here',
    ],
    [
      'an error that it goes on after',
      `\\set ON_ERROR_STOP off\nselect plan(2);\nselect nope;\nselect ok(true, 'one');`,
      '01.sql:3: column "nope" does not exist (SQLSTATE 42703)',
    ],
  ])('breaks off at %s', async (_, sql, reason) => {
    expect(await run(sql)).toMatchObject({ status: 'sql-error', reason });
  });
});

describe('a suite that would keep what it did', () => {
  const insert = `select plan(1);\ninsert into public.kept values (1);\n`;
  const ended = 'it ends its transaction, and what it does then could not be taken back';

  it.each<[what: string, sql: string, at: string]>([
    ['commits', `${insert}commit;\nselect ok(true, 'one');`, '01.sql:3'],
    ['commits in other words', `${insert}/* a */ End\nwork;`, '01.sql:3'],
    ['commits in the middle of a line', `${insert}select 1 \\; commit \\; select 2;`, '01.sql:3'],
    ['commits by what it makes', `${insert}\\set word commit\n:word;`, '01.sql:4'],
    ['commits what a query says', `${insert}select 'commit' \\gexec\n`, '01.sql:3'],
    ['prepares', `${insert}prepare transaction 'x';`, '01.sql:3'],
    ['goes on after its rollback', `rollback;\n${insert}`, '01.sql:2'],
    ['goes on in the same line', `${insert}rollback \\; insert into public.kept values (2);`, '01.sql:3'],
  ])('is stopped where it %s', async (_, sql, at) => {
    expect(await run(sql)).toMatchObject({
      status: 'sql-error',
      reason: `${at}: ${ended}`,
      kept: 0,
    });
  });

  it('is not one that says so in a text, or takes back a part', async () => {
    expect(
      await run(`begin; select plan(1); savepoint a; insert into public.kept values (1); rollback to a; rollback to savepoint a;
do $$ begin if false then commit; end if; end $$;
select ok(true, 'commit; rollback;');
prepare q as select 1;
rollback; -- the end
`),
    ).toMatchObject({ status: 'complete', transaction: 'none', kept: 0 });
  });
});
