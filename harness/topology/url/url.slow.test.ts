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
/** Every test leaves roles, memberships, settings, password verifiers, databases and their grants as they were. */
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

/** Statements for one test, and others that take them back after its comparison. */
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
    expect(there.evidence!.build_paths).toEqual(own.evidence!.build_paths);
    expect(there.evidence!.run).toMatchObject({ topology: 'url', isolation: 'shared-cluster' });
    expect([there.evidence!.phases.baseline.database, there.evidence!.phases.head.database]).toEqual([
      'rolecall_skeldir_p2_baseline',
      'rolecall_skeldir_e2e',
    ]);
  });

  it('changes roles that are there for as long as it lasts, where it is told to', async () => {
    await given(
      `set password_encryption = 'scram-sha-256'; create role boss createrole; create role app_rw nologin noinherit;
       create role app_user login password 'known' connection limit 7 valid until '2040-01-01'; comment on role app_user is 'the service';
       alter role app_user set search_path = 'a b', public; alter role app_user in database postgres set work_mem = '9MB';
       grant app_rw to boss with admin option; set role boss; grant app_rw to app_user with inherit false; reset role; grant pg_monitor to app_user`,
      'drop owned by app_user, app_rw, boss cascade; drop role app_user; drop role app_rw; drop role boss',
    );
    await using project = await sandbox();
    const refused = await project.run('--topology', 'url', '--url', server.superuserUrl);
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringMatching(
        /roles that would be made are on postgres@\S+ already: app_user, app_rw\nUse a server without them, or give --reuse-roles/,
      ),
    ]);
    const used = await project.run('--topology', 'url', '--url', server.superuserUrl, '--reuse-roles');
    // What strangers there have is seen, and is a finding as in production.
    expect(used.evidence?.findings.map(({ code }) => code)).toContain('undeclared-membership');
    expect(used.exitCode).toBe(1);
  });

  it('refuses migrations that change what was there, and puts it back', async () => {
    await given(
      `create role stranger login password 'x' valid until '2030-01-01'; create role other`,
      'drop role other; drop role stranger',
    );
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) =>
        `${text}alter role stranger createdb password 'y' valid until 'infinity'; alter role stranger set work_mem = '9MB'; grant other to stranger; alter role other rename to another;`,
    });
    const { exitCode, stderr } = await why(project);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(
        'the migrations change what was on the server before: the membership of stranger in other; the role other (name); the role stranger (createdb, password, validuntil); the settings of stranger in every database\n',
      ),
    ]);
    const told = await why(project, '--reuse-roles');
    expect([told.exitCode, told.stdout]).toEqual([0, expect.stringContaining('yes: app has SELECT')]);
  });

  it('makes again a role that the migrations drop', async () => {
    await given(`create role former login password 'x'; grant pg_monitor to former`, 'drop role former');
    await using project = await smallProject({ 'db/migrations/2_grants.sql': (text) => `${text}drop role former;` });
    const was = before;
    expect((await why(project, '--reuse-roles')).exitCode).toBe(0);
    const withoutOid = ({ roles, ...rest }: ClusterState) => ({
      ...rest,
      roles: roles.map((role) => ({ ...role, oid: role.rolname })).toSorted((a, b) => (a.rolname < b.rolname ? -1 : 1)),
    });
    before = await state();
    expect(withoutOid(before)).toEqual(withoutOid(was));
  });

  it('says when another database was changed, which it does not put back', async () => {
    await given('create database theirs', 'drop database theirs');
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) => `${text}revoke connect on database theirs from public;`,
    });
    const { exitCode, stderr } = await why(project, '--reuse-roles');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('the migrations change what was on the server before: the database theirs\n'),
    ]);
    await server.query('grant connect on database theirs to public');
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

  it('refuses a login that is no superuser', async () => {
    await given(`create role clerk login createdb createrole password 'x'`, 'drop role clerk');
    await using project = await smallProject();
    const { exitCode, stderr } = await rolecall(
      ['up', '--topology', 'url', '--url', urlOf({ ...server.superuser, user: 'clerk', password: 'x' })],
      { cwd: project.folder },
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/clerk@\S+ is no superuser/)]);
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

  it('and is killed, the next one puts the server back', async () => {
    await given(`create role app login password 'known'`, 'drop role app');
    await using project = await smallProject();
    const up = await startedUp(project.folder, server.superuserUrl, '--reuse-roles');
    await up.end('SIGKILL');
    expect((await state()).roles.find(({ rolname }) => rolname === 'app')!['rolpassword']).not.toBe(
      before.roles.find(({ rolname }) => rolname === 'app')!['rolpassword'],
    );
    expect(await server.query(`select datname from pg_database where datname ~ '^rolecall_' order by 1`)).toEqual([
      { datname: 'rolecall_run' },
      { datname: 'rolecall_small_after' },
    ]);
    // Refused for the role that is there: by then what was left is gone.
    expect((await why(project)).exitCode).toBe(2);
  });
});
