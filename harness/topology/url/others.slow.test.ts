import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { RolecallError } from '../../common/errors.ts';
import { connect } from '../../postgres/session.ts';
import { rolecall } from '../../testing/cli.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { smallProject, type SmallProject } from '../../testing/small-project.ts';
import { startedUp, startedUpUnready } from '../../testing/started-up.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const script = async (sql: string, database = 'postgres') => {
  const session = await connect(server.target(database));
  await session.script(sql).finally(() => session.close());
};
const names = async (sql: string, database?: string) => (await server.query(sql, database)).map(({ name }) => name);
const roles = () =>
  names(`select rolname as name from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres' order by 1`);
const databases = () => names(`select datname as name from pg_database where datname ~ '^rolecall_' order by 1`);
const why = (project: SmallProject, ...more: string[]) =>
  rolecall(['why', 'app', 'SELECT', 'public.orders', '--topology', 'url', ...more], {
    cwd: project.folder,
    env: { ROLECALL_URL: server.superuserUrl },
  });

/** Statements for one test, and others that undo them. */
async function given(sql: string, ...undo: string[]): Promise<void> {
  await script(sql);
  onTestFinished(async () => {
    for (const statement of undo) {
      await script(statement);
    }
  });
}
afterEach(async () => {
  expect(await databases()).toEqual([]);
});

describe('what others do to a server while it is used', () => {
  const verifier = async () =>
    (await server.query(`select rolpassword, rolcreatedb from pg_authid where rolname = 'app_prod'`))[0];

  it('is left as it is, and told', async () => {
    await given(`create role app_prod login password 'old'`, 'drop role app_prod; drop role if exists alice');
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    await script(
      `create role alice; alter role app_prod createdb password 'new'; grant app_prod to alice; alter role app_prod set work_mem = '9MB'`,
    );
    const changed = await verifier();
    const { exitCode, stderr } = await up.end('SIGINT');
    expect([exitCode, stderr]).toEqual([
      130,
      expect.stringMatching(
        /on postgres@\S+, other than before the run, and left so: the role alice, which is new; the role app_prod \(createdb, password\); the settings of app_prod in every database$/,
      ),
    ]);
    expect([await verifier(), await roles()]).toEqual([changed, ['alice', 'app_prod']]);
  });

  it('is left by the run that takes back what a killed one made', async () => {
    await given('create role app_prod login', 'drop role app_prod; drop role if exists alice');
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    await up.end('SIGKILL');
    expect(await databases()).toEqual(['rolecall_run', 'rolecall_small_after']);
    await script('create role alice; alter role app_prod createdb');
    const { exitCode, stdout, stderr } = await why(project);
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('yes: app has SELECT'),
      expect.not.stringContaining('alice'),
    ]);
    expect([(await verifier())!['rolcreatedb'], await roles()]).toEqual([true, ['alice', 'app_prod']]);
  });

  it('is left by the next run where a killed one has it not on record, whatever its name, and named', async () => {
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) =>
        `${text}do $$ begin if false then create role appx; end if; end $$; -- create role in_comment`,
    });
    const up = await startedUp(project.folder, server.superuserUrl);
    await up.end('SIGKILL');
    await script('create database rolecall_mine');
    await script(`create role appx login password 'x'; create role in_comment; comment on role appx is 'of the DBA'`);
    onTestFinished(() => script('drop role if exists appx, in_comment'));
    const was = await server.query(`select oid, rolpassword from pg_authid where rolname = 'appx'`);
    await using next = await smallProject();
    const { exitCode, stderr } = await why(next);
    const left = await databases();
    await script('drop database if exists rolecall_mine');
    expect([exitCode, left, await roles()]).toEqual([0, ['rolecall_mine'], ['appx', 'in_comment']]);
    expect(await server.query(`select oid, rolpassword from pg_authid where rolname = 'appx'`)).toEqual(was);
    expect(stderr).toMatch(
      /on postgres@\S+, made since a run that was killed began, not on its record, and left so: the database rolecall_mine, the role appx$/m,
    );
  });

  it('is left at the end where it is called as the databases of the run are', async () => {
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    await script('create database rolecall_mine');
    const { stderr } = await up.end('SIGINT');
    const left = await databases();
    await script('drop database if exists rolecall_mine');
    expect([left, stderr]).toEqual([
      ['rolecall_mine'],
      expect.stringContaining('left so: the database rolecall_mine, which is new'),
    ]);
  });

  it('does not keep the rest from being dropped', async () => {
    await given('create database theirs', 'drop database theirs', 'drop role if exists app, bob');
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    await script(
      'create role bob; create table of_bob (); alter table of_bob owner to bob; create table of_app (); alter table of_app owner to app',
      'theirs',
    );
    const { exitCode, stderr } = await up.end('SIGINT');
    expect([exitCode, stderr]).toEqual([
      130,
      expect.stringMatching(/is still there: the role app \(1 object in database theirs\)\n.*DROP OWNED BY/),
    ]);
    expect([await roles(), await databases()]).toEqual([['app', 'bob'], ['rolecall_run']]);

    const again = await why(project);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('the role app (1 object in database')]);
    await script('drop table of_app', 'theirs');
    expect((await why(project)).exitCode).toBe(0);
    expect([await roles(), await databases()]).toEqual([['bob'], []]);
  });
});

describe('what migrations do beyond their database', () => {
  it('goes with the roles they made', async () => {
    await given('create role clerk', 'drop owned by clerk; drop role clerk');
    await given('create database theirs', 'drop database theirs');
    await script('grant set on parameter log_duration to clerk');
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) =>
        `${text}create role "Helper"; create role second; create role third; grant second to app; grant "Helper" to deployer;
         grant set on parameter work_mem to app; grant connect on database theirs to app with grant option; grant usage on schema public to third;`,
    });
    const shared = () =>
      server.query(
        `select parname as name, paracl::text as acl from pg_parameter_acl union all select datname, datacl::text from pg_database order by 1`,
      );
    const was = await shared();
    const { exitCode, stderr } = await why(project);
    // The grants on their database are gone. What stays: the database now has an explicit ACL, which it did not have before.
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('left so')]);
    const withoutDefault = (rows: Awaited<ReturnType<typeof shared>>) =>
      rows.map((row) => ({ ...row, acl: row['name'] === 'theirs' ? null : row['acl'] }));
    expect(withoutDefault(await shared())).toEqual(withoutDefault(was));
    expect(await roles()).toEqual(['clerk']);
  });

  it('is named where it is a database, which is not dropped', async () => {
    await using project = await smallProject({
      'db/migrations/3_database.sql': '--! transaction: none\ncreate database extra;\n',
      'db/contract.yaml': (text) => text.replace('head: "2"', 'head: "3"'),
    });
    onTestFinished(() => script('drop database extra'));
    const { exitCode, stderr } = await why(project);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('left so: the database extra, which is new')]);
    expect([await names(`select datname as name from pg_database where datname = 'extra'`), await roles()]).toEqual([
      ['extra'],
      [],
    ]);
  });

  it('is named by the next run, and left, where they are killed in the middle; what was on record is dropped', async () => {
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) => `${text}create role helper;`,
      'db/migrations/3_wait.sql': 'select pg_sleep(300);',
      'db/contract.yaml': (text) => text.replace('head: "2"', 'head: "3"'),
    });
    const { child } = startedUpUnready(project.folder, server.superuserUrl);
    await expect
      .poll(async () => (child.exitCode === null ? await roles() : ['ended']), { timeout: 60_000 })
      .toContain('helper');
    child.kill('SIGKILL');
    await child;
    await script('create role alice');
    onTestFinished(() => script('drop role alice'));
    onTestFinished(() => script('drop role if exists helper'));
    await using healthy = await smallProject();
    const { exitCode, stderr } = await why(healthy);
    expect([exitCode, stderr, await roles()]).toEqual([
      0,
      expect.stringMatching(/not on its record, and left so: the role helper$/m),
      ['alice', 'helper'],
    ]);
  });
});

describe('mutants that are committed', () => {
  it('leave neither a copy nor what they do to a role', async () => {
    await given('create role clerk login connection limit 7', 'drop role clerk');
    const clerk = () => server.query(`select * from pg_authid where rolname = 'clerk'`);
    const was = await clerk();
    await using project = await smallProject();
    const { stdout } = await rolecall(
      ['mutate', '--topology', 'url', '--only', 'revoke-attribute', '--format', 'json'],
      { cwd: project.folder, env: { ROLECALL_URL: server.superuserUrl } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ score: { mutants: 1 } });
    expect([await clerk(), await roles()]).toEqual([was, ['clerk']]);
  });
});

describe('the claim', () => {
  it('is given up without a moment in which another run could take it and be killed', async () => {
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    const next = await connect(server.target('rolecall_run'));
    const waiting = async () => {
      await next.query('select pg_catalog.pg_advisory_lock(1)');
      // It holds the claim: nobody may end it now.
      await next
        .query('select pg_catalog.pg_sleep(1)')
        .catch(() => expect.unreachable('it took the claim and was killed'));
      return 'it took the claim';
    };
    const outcome = waiting().catch((error: unknown) => (error instanceof RolecallError ? error.code : error));
    expect((await up.end('SIGINT')).exitCode).toBe(130);
    expect(await outcome).toBe('connection-lost');
    await next.close();
  });
});
