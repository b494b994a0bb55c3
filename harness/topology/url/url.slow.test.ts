import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { connect } from '../../postgres/session.ts';
import { urlOf } from '../../postgres/target.ts';
import { rolecall, sandbox } from '../../testing/cli.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { smallProject, type SmallProject } from '../../testing/small-project.ts';
import { startedUp } from '../../testing/started-up.ts';
import { clusterState, type ClusterState } from './cluster-state.ts';

let server: TestServer;
let before: ClusterState;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const state = async () => {
  const session = await connect(server.superuser);
  try {
    return await clusterState(session);
  } finally {
    await session.close();
  }
};
/** Every test leaves roles, memberships, settings, passwords, databases and their grants as they were. */
beforeEach(async () => {
  before = await state();
});
afterEach(async () => {
  expect(await state()).toEqual(before);
});

const why = (project: SmallProject, ...more: string[]) =>
  rolecall(['why', 'app', 'SELECT', 'public.orders', '--topology', 'url', ...more], {
    cwd: project.folder,
    env: { ROLECALL_URL: server.superuserUrl },
  });

/** Statements for one test, and others that undo them after its comparison. */
async function given(sql: string, undo: string): Promise<void> {
  const script = async (text: string) => {
    const session = await connect(server.superuser);
    await session.script(text).finally(() => session.close());
  };
  await script(sql);
  onTestFinished(() => script(undo));
  before = await state();
}

describe('a run in a server that exists', () => {
  it('sees what one in a server of its own sees', async () => {
    await using project = await sandbox();
    const own = await project.run('--topology', 'embedded');
    const there = await project.run('--topology', 'url', '--url', server.superuserUrl, '--pg', '16');
    expect(there.evidence!.findings).toEqual([]);
    expect([own.exitCode, there.exitCode, there.stderr]).toEqual([0, 0, expect.not.stringContaining('fault')]);
    for (const phase of ['baseline', 'head'] as const) {
      expect(there.evidence!.phases[phase].fingerprint).toBe(own.evidence!.phases[phase].fingerprint);
    }
    // The roles of an existing server must not be changed, so nobody builds as production's migrator there.
    expect(there.evidence!.build_paths).toEqual(own.evidence!.build_paths.filter(({ path }) => path !== 'as-migrator'));
    expect(there.evidence!.run).toMatchObject({ topology: 'url', isolation: 'shared-cluster' });
    expect([there.evidence!.phases.baseline.database, there.evidence!.phases.head.database]).toEqual([
      'rolecall_skeldir_p2_baseline',
      'rolecall_skeldir_e2e',
    ]);
  });

  it('refuses roles of the contract that are there already', async () => {
    await given('create role app_user login; create role app_rw', 'drop role app_user, app_rw');
    await using project = await sandbox();
    const { exitCode, stderr } = await project.run('--topology', 'url', '--url', server.superuserUrl);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /roles of the contract are on postgres@\S+ already: app_user, app_rw\nUse a server without them\. Or give run or up --login/,
      ),
    ]);
  });

  it('uses a role that is there as it is, by the URL that it is given for it', async () => {
    await given(
      `create role app login password 'known' connection limit 7 valid until '2040-01-01'; alter role app set work_mem = '9MB'`,
      'drop role app',
    );
    await using project = await smallProject();
    const run = (...login: string[]) =>
      rolecall(
        ['run', '--topology', 'url', '--out', project.file('out'), ...login.flatMap((text) => ['--login', text])],
        { cwd: project.folder, env: { ROLECALL_URL: server.superuserUrl } },
      );
    const asApp = (password: string) => `app=${urlOf({ ...server.superuser, user: 'app', password })}`;
    const used = await run(asApp('known'));
    // Its settings are facts of the server, as in production.
    expect([used.exitCode, used.stdout]).toEqual([1, expect.stringContaining('undeclared-setting')]);
    expect(await project.textOf('out/runs')).toContain('were used as they are: app\n');
    expect((await run(asApp('wrong'))).stderr).toMatch(/cannot log in as app@.*28P01/);
    expect((await run(`app=${server.superuserUrl}`)).stderr).toMatch(
      /the URL of app leads to postgres@\S+, and not as app/,
    );
    const echoed = await run(server.superuserUrl.replace('postgresql', 'app=no&postgresql'));
    expect([echoed.exitCode, echoed.stderr]).toEqual([2, expect.not.stringContaining(server.superuser.password)]);
  });

  describe('with migrations that run as a role', () => {
    const asRole = (role: string) =>
      smallProject({
        'db/contract.yaml': (text) =>
          text
            .replace('{ folder: migrations }', `{ folder: migrations, as: ${role} }`)
            .replace('deployer: { kind: migrator }', 'deployer: { kind: migrator }, owner: { kind: migrator }'),
        'db/provision.sql': (text) => `${text}grant create on schema public to ${role};\n`,
      });
    const whyAs = async (role: string, ...more: string[]) => {
      await using project = await asRole(role);
      return await why(project, ...more);
    };
    const asOwner = (password: string) => `owner=${urlOf({ ...server.superuser, user: 'owner', password })}`;

    it.each(['owner', 'stranger'])('refuses one that is there, whatever the contract says of it: %s', async (role) => {
      await given(`create role ${role} login password 'known'`, `drop role ${role}`);
      const { exitCode, stderr } = await whyAs(role);
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringMatching(new RegExp(`roles of the contract are on postgres@\\S+ already: ${role}\\n`)),
      ]);
    });

    it('uses one that is there by the URL that it is given for it', async () => {
      await given(`create role owner login password 'known'`, 'drop role owner');
      await using project = await asRole('owner');
      const run = (...login: string[]) =>
        rolecall(['run', '--topology', 'url', '--out', project.file('out'), ...login], {
          cwd: project.folder,
          env: { ROLECALL_URL: server.superuserUrl },
        });
      const used = await run('--login', asOwner('known'));
      expect([used.exitCode, used.stderr]).toEqual([0, expect.not.stringContaining('other than before')]);
      expect(await project.textOf('out/runs')).toContain('were used as they are: owner\n');
      expect((await run('--login', asOwner('wrong'))).stderr).toMatch(/cannot log in as owner@.*28P01/);
    });

    it('uses the superuser as it is', async () => {
      expect(await whyAs('postgres')).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('left so') });
      await (await connect(server.superuser)).close();
    });
  });

  it('names what the migrations change of what was there, and leaves it', async () => {
    await given(
      `create role stranger login password 'x' valid until '2030-01-01'; create role other; create role former`,
      'drop role other; drop role stranger',
    );
    await given('create database theirs', 'drop database theirs');
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) =>
        `${text}alter role stranger createdb password 'y'; alter role stranger set work_mem = '9MB'; grant other to stranger; drop role former; revoke connect on database theirs from public;`,
    });
    const { exitCode, stdout, stderr } = await why(project);
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('yes: app has SELECT'),
      expect.stringMatching(
        /on postgres@\S+, other than before the run, and left so: the database theirs; the membership of stranger in other; the role former, which is gone; the role stranger \(createdb, password\); the settings of stranger in every database$/,
      ),
    ]);
    before = await state();
  });

  it.each<[what: string, args: string[], message: RegExp]>([
    ['of another version', ['--pg', '15'], /rolecall: \S+ is PostgreSQL 16, not 15\n/],
    [
      'that looks like production',
      ['--url', 'postgresql://postgres@db.prod.example/app'],
      /looks like production, and databases and roles would be made there\n/,
    ],
  ])('refuses a server %s', async (_, args, message) => {
    await using project = await smallProject();
    const { exitCode, stderr } = await rolecall(['run', '--topology', 'url', ...args], {
      cwd: project.folder,
      env: { ROLECALL_URL: server.superuserUrl },
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('while a run is at a server', () => {
  it('another one is refused, and Ctrl-C leaves nothing', async () => {
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    expect(up.ready).toMatchObject({ ready: true, database: 'rolecall_small_after' });
    const { exitCode, stderr } = await why(project);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(new RegExp(`another run is at \\S+: rolecall throw-away: host \\S+, pid ${up.pid}, `)),
    ]);
    expect((await up.end('SIGINT')).exitCode).toBe(130);
  });

  it('and is killed, the next one drops what it made', async () => {
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl);
    await up.end('SIGKILL');
    expect(await server.query(`select datname from pg_database where datname ~ '^rolecall_' order by 1`)).toEqual([
      { datname: 'rolecall_run' },
      { datname: 'rolecall_small_after' },
    ]);
    expect((await why(project)).exitCode).toBe(0);
  });
});
