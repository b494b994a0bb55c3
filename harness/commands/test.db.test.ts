import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { cliArguments, rolecall, repository } from '../testing/cli.ts';
import { startTestServer, testCacheDir, type TestServer } from '../testing/server.ts';

let folder: string;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-test-'));
  const files = {
    'green.pg': `\\set QUIET 1\ncreate extension if not exists pgtap;\nbegin; select plan(1); select ok(true, 'one'); select * from finish(); rollback;`,
    'red.pg': `begin; select plan(2); select ok(true, 'one'); select is(1, 2, 'two'); select * from finish(); rollback;`,
    'broken.pg': `begin; select plan(2); select ok(true, 'one');\nselect nope;\n`,
    'skipped.pg': `select plan(2); select * from skip('no dblink', 2);`,
    'some.pg': `select plan(2); select * from skip('no dblink', 1); select ok(true, 'one');`,
    'zero.pg': `\\echo '1..0 # SKIP no dblink'\n`,
    'dblink.pg': `\\ir try.sql
select plan(1); select try();`,
    'xunit.pg': `\\ir try.sql
create schema xu; create function xu.test_try() returns setof text language sql as 'select public.try()';
      select * from runtests('xu'::name);`,
    'try.sql': `create extension if not exists dblink;
      create or replace function try() returns text language plpgsql as $$ begin
        perform dblink_connect('c', 'host=127.0.0.1 port=1 connect_timeout=1');
        return ok(true, 'seen by another session');
      exception when others then return skip('dblink cannot connect');
      end $$;`,
    'role.pg': `begin; select plan(1); set local role pg_monitor; select is(current_user::text, 'pg_monitor', 'it is'); rollback;`,
    'setting.pg': `select plan(1); select is(current_setting('my.own', true), null, 'never set'); select set_config('my.own', 'x', false);`,
    'other.sql': `select plan(1); select ok(true, 'by another ending');`,
    'setup.sql': `create role worker login; create table public.made (id int);`,
    'as.pg': `select plan(1); select is(session_user::text, 'worker', 'it is the worker');`,
    'shell.pg': `\\set word \`echo one\`\nselect plan(1); select is(:'word'::text, 'one', 'the shell said it');`,
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.stop();
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  rolecall(['test', ...args], { cwd: folder, env });
const connection = () => {
  const { host, port, user, password, database } = server.superuser;
  return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
};

describe('rolecall test', () => {
  it('runs files on a server of its own, and ends with 0 where they hold', async () => {
    const { exitCode, stdout, stderr } = await run(['green.pg', 'some.pg', 'role.pg']);
    expect(stdout).toMatch(
      /^green\.pg \.\. ok\nsome\.pg \.{3} ok\nrole\.pg \.{3} ok\nAll tests successful\.\nFiles=3, Tests=4, /,
    );
    expect(stderr).toContain('some.pg: 1 of its 2 assertions was not made: no dblink\n');
    expect(stderr).toContain('role.pg: SET ROLE in a superuser’s session is not a login');
    expect(exitCode).toBe(0);
  });

  it('ends with 3 where a file passes and shows nothing, unless that is allowed', async () => {
    const vacuous: [file: string, reason: string][] = [
      ['skipped.pg', 'each of its 2 assertions is skipped: no dblink'],
      ['zero.pg', 'its plan is 0: no dblink'],
      ['dblink.pg', 'its one assertion is skipped: dblink cannot connect'],
      ['xunit.pg', 'its one assertion is skipped: nothing in its subtest was made'],
    ];
    const files = ['green.pg', ...vacuous.map(([file]) => file)];
    const { exitCode, stdout, stderr } = await run(['-j1', ...files, '--reporter', 'prove,json,github,tap']);
    expect(stdout).toContain('All tests successful.\n');
    for (const [index, [file, reason]] of vacuous.entries()) {
      expect(stderr).toContain(`${file} shows nothing: ${reason}\n`);
      expect(stdout).toContain(`"vacuous":"${reason}"`);
      expect(stdout).toContain(`::warning file=${file},line=1,title=pgTAP ${file}::It shows nothing: ${reason}`);
      expect(stdout).toContain(`ok ${index + 2} - ${file} # SKIP it shows nothing: ${reason}`);
    }
    expect(stderr).toContain('Inconclusive: --allow-vacuous ends with 0 all the same.');
    expect(exitCode).toBe(3);
    const allowed = await run(['green.pg', 'zero.pg', '--allow-vacuous']);
    expect(allowed.stderr).toContain('zero.pg shows nothing: its plan is 0: no dblink');
    expect(allowed.exitCode).toBe(0);
  });

  it('ends with 1 where one fails, and names the statement that a script stopped at', async () => {
    const { exitCode, stdout, stderr } = await run(['red.pg', 'broken.pg']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('  Failed test:  2\n');
    expect(stdout).toContain('  Stopped: broken.pg:2:8: column "nope" does not exist (SQLSTATE 42703)\n');
    expect(stderr).toContain('in the statement\n    select nope;');
  });

  it.each<[args: string[], exit: number, said: string]>([
    [['skipped.pg', '--allow-vacuous'], 3, 'No assertion was made'],
    [['.', '--ext', '.nothing'], 3, 'No test file was found'],
    [[], 3, 'No test file was named'],
    [['nowhere.pg'], 2, 'there is no file nowhere.pg'],
    [['green.pg', '--set', 'x'], 2, 'not a name=value'],
    [['green.pg', '-p', 'x'], 2, 'the port is not a number'],
    [['shell.pg'], 1, 'backticks run a program, which takes --allow-shell'],
    [['as.pg', '--as', 'nobody'], 2, 'there is no role nobody'],
    [['as.pg'], 1, ''],
  ])('%j ends with %d', async (args, exit, said) => {
    const { exitCode, stderr } = await run(args);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(exit);
  });

  it('logs in as a role that a set-up script made, and lets a shell be used where it is told to', async () => {
    expect((await run(['as.pg', '--setup', 'setup.sql', '--as', 'worker'])).exitCode).toBe(0);
    expect((await run(['shell.pg', '--allow-shell'], { PATH: '/usr/bin:/bin' })).exitCode).toBe(0);
  });

  it('gives each file a clean session, also where one has set a setting of its own', async () => {
    const again = path.join(folder, 'setting-again.pg');
    await writeFile(again, `select plan(1); select is(current_setting('my.own', true), null, 'never set');`);
    expect((await run(['-j1', 'setting.pg', 'setting-again.pg'])).exitCode).toBe(0);
  });

  it('connects as psql would, loads pgTAP only where it may, and takes it away again', async () => {
    const without = await run(['other.sql'], connection());
    expect(without.exitCode).toBe(1);
    expect(without.stderr).toContain('--allow-pgtap loads it for the run');
    const withIt = await run(['--ext', 'sql', 'other.sql', '--allow-pgtap'], connection());
    expect(withIt).toMatchObject({ exitCode: 0 });
    expect(await server.query(`select 1 from pg_namespace where nspname = 'rolecall_tap'`)).toEqual([]);
    for (const [args, exit] of [
      [['red.pg', 'broken.pg'], 1],
      [['other.sql', '--setup', 'broken.pg'], 2],
      [['other.sql', '--as', 'nobody'], 1],
    ] as const) {
      const { exitCode, stderr } = await run([...args, '--allow-pgtap'], connection());
      expect([args, exitCode, stderr]).toEqual([args, exit, expect.stringMatching(/nope|red|password|role/)]);
      expect(await server.query(`select 1 from pg_namespace where nspname = 'rolecall_tap'`)).toEqual([]);
    }
    const service = path.join(folder, 'services');
    const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE } = connection();
    await writeFile(
      service,
      `[mine]\nhost=${PGHOST}\nport=${PGPORT}\nuser=${PGUSER}\npassword=${PGPASSWORD}\ndbname=${PGDATABASE}\n`,
    );
    expect((await run(['other.sql', '--allow-pgtap'], { PGSERVICE: 'mine', PGSERVICEFILE: service })).exitCode).toBe(0);
  });

  it('speaks in other formats', async () => {
    const { stdout } = await run(['green.pg', 'red.pg', '--reporter', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      exit: 1,
      files: [
        { file: 'green.pg', passed: true, tests: [{ description: '- one', passed: true }] },
        { file: 'red.pg', passed: false, tests: [{ passed: true }, { passed: false }] },
      ],
    });
    const others = await run(['broken.pg', '--reporter', 'tap,junit,github']);
    expect(others.stdout).toContain('    1..2\n    ok 1 - one\nnot ok 1 - broken.pg\n');
    expect(others.stdout).toContain('<testcase name="the file completes" classname="broken" file="broken.pg">');
    expect(others.stdout).toContain('::error file=broken.pg,line=2,title=pgTAP broken.pg::');
  });

  it('runs the xUnit functions of a schema, those that match', async () => {
    const xunit = path.join(folder, 'xunit.sql');
    await writeFile(
      xunit,
      `create schema xu;
       create function xu.test_one() returns setof text language sql as $$ select public.ok(true, 'one') $$;
       create function xu.test_two() returns setof text language sql as $$ select public.is(1, 2, 'two') $$;`,
    );
    const one = await run(['-v', '--runtests', '--schema', 'xu', '--match', '^test_one', '--setup', 'xunit.sql']);
    expect(one.stdout).toMatch(/^runtests\('xu'::name, '\^test_one'::text\); \.\. \n# Subtest: xu\.test_one\(\)\n/);
    expect(one.exitCode).toBe(0);
    expect((await run(['-R', '--schema', 'xu', '--setup', 'xunit.sql'])).exitCode).toBe(1);
  });

  it('with -w runs again what includes a file that has changed, and that alone', async () => {
    const part = path.join(folder, 'part.sql');
    await writeFile(part, `select ok(true, 'of the part');`);
    await writeFile(path.join(folder, 'whole.pg'), `select plan(1);\n\\ir part.sql\n`);
    const child = execa(process.execPath, [...cliArguments, 'test', '-w', '-j1', 'whole.pg', 'green.pg'], {
      cwd: folder,
      env: { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1' },
      reject: false,
      stdin: 'ignore',
    });
    let [stdout, waits] = ['', 0];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (waits += chunk.toString().split('Waiting for a change').length - 1));
    await vi.waitFor(() => expect(waits).toBe(1), 50_000);
    stdout = '';
    await writeFile(part, `select ok(false, 'of the part');`);
    await vi.waitFor(() => expect(waits).toBe(2), 50_000);
    expect(stdout).toContain('Files=1, Tests=1');
    expect(stdout).toContain('Failed test:  1');
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
  });

  it('runs the suites of a project with a contract as the logins of their headers, on its head', async () => {
    const { exitCode, stdout } = await rolecall(['test', '--ext', '.sql', 'pgtap/suites'], { cwd: repository });
    expect(stdout).toContain('All tests successful.\n');
    expect(exitCode).toBe(0);
  });
});
