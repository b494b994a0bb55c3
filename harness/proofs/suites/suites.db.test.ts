import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../../postgres/session.ts';
import type { SuiteFile } from '../../pgtap/suite-file.ts';
import { fileWith, notes } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import { observeSuites } from './observe.ts';
import type { SuiteObservation } from '../proof.ts';
import type { Project } from '../../pipeline/project.ts';

let server: TestServer;
let superuser: Session;
let built: BuiltPhase;
beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
  await superuser.script(`
    create role app login password 'app'; create role shy login password 'shy'; create role locked nologin password 'locked'; create role rw;
    revoke temporary on database postgres from public; grant temporary on database postgres to app;
    create table public.notes (tenant_id text); insert into public.notes values ('a'), ('b');
    alter table public.notes enable row level security; grant select on public.notes to app;
    create policy mine on public.notes using (tenant_id = current_setting('app.tenant', true))`);
  const login = (user: string) => ({ ...server.superuser, user, password: user });
  built = {
    phase: 'head',
    revision: '1',
    superuser: server.superuser,
    logins: new Map([
      ['app', login('app')],
      ['shy', login('shy')],
      ['locked', login('locked')],
      ['ghost', undefined],
    ]),
  };
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
});

const suite = (stem: string, as: string | undefined, body: string, tests = 1): SuiteFile => ({
  stem,
  file: `${stem}.sql`,
  as,
  session: as === undefined ? 'superuser' : 'login',
  sql: `begin;\nselect plan(${tests});\n${body}\nselect * from finish();\nrollback;`,
  why: '',
  remedy: '',
});
const neverSet = suite(
  'never_set',
  'app',
  `select is(current_setting('app.tenant', true), null, 'no tenant was ever set'); select is((select count(*) from public.notes), 0::bigint, 'app SELECTs nothing');`,
  2,
);
const touches = (stem: string) =>
  suite(
    stem,
    'app',
    `set local app.tenant = 'a'; select is((select count(*) from public.notes), 1::bigint, 'its own row');`,
  );

function observe(suites: SuiteFile[], controls: Record<string, string> = {}): Promise<SuiteObservation> {
  const project = { ...fileWith(notes), suites, controls: new Map(Object.entries(controls)) } as unknown as Project;
  const signal = new AbortController().signal;
  return observeSuites(built, superuser, {
    project,
    reporter: {},
    signal,
    permission: { pgtap: 'load', own: true, controls: Object.keys(controls).length > 0 },
  });
}
const words = ({ suites }: SuiteObservation) =>
  suites.map(({ suite: name, status, assertions }) =>
    [name, status, ...assertions.map(({ result }) => result)].join(' '),
  );

describe('a suite of a session that the contract names', () => {
  const asSession = (stem: string, role: string | null): SuiteFile => ({
    ...suite(
      stem,
      'user',
      `select is(session_user || ' ' || current_user || ' ' || current_setting('app.tenant', true), 'app ${role ?? 'app'} a', 'who it is');
       select is((select count(*) from public.notes), 1::bigint, 'it sees its own row');`,
      2,
    ),
    opened: {
      login: 'app',
      role,
      become: [...(role === null ? [] : [`set local role ${role}`]), `select set_config('app.tenant', 'a', true)`],
    },
  });

  it('runs over the connection of its login, after its SET ROLE and settings, and so does its control', async () => {
    await superuser.script(
      'create role member; grant member to app with inherit false, set true; grant select on public.notes to member',
    );
    const seen = await observe([asSession('1', null), asSession('2', 'member')], {
      1: 'select 1',
      2: 'alter policy mine on public.notes using (true)',
    });
    expect(words(seen)).toEqual(['1 complete ok ok', '2 complete ok ok']);
    expect(seen.suites[1]).toMatchObject({ as: 'user', login: 'app', role: 'member', session: 'login' });
    expect(seen.controls.map(({ noticed }) => noticed)).toEqual([false, true]);
    expect(await isAllowedTemp('member')).toBe(false);
  });

  it('breaks off where its login cannot assume the role', async () => {
    const [run] = (await observe([asSession('1', 'rw')])).suites;
    expect(run).toMatchObject({ status: 'sql-error', sqlstate: '42501', assertions: [] });
    expect(run!.reason).toBe(
      'its login could not become session user: permission denied to set role "rw" (SQLSTATE 42501)',
    );
  });
});

async function isAllowedTemp(role: string): Promise<boolean> {
  const [row] = await superuser.query<{ may: boolean }>(
    `select has_database_privilege($1, current_database(), 'TEMPORARY') as may`,
    [role],
  );
  return row!.may;
}

describe('suites of one phase', () => {
  it('are each run as their own login, over a connection of its own', async () => {
    const who = (as: string | undefined, name: string) =>
      suite(`as_${name}`, as, `select is(session_user || ' ' || current_user, '${name} ${name}', 'it is ${name}');`);
    expect(words(await observe([who('app', 'app'), who(undefined, 'postgres'), who('shy', 'shy')]))).toEqual([
      'as_app complete ok',
      'as_postgres complete ok',
      'as_shy complete ok',
    ]);
  });

  it('do not spoil each other’s "never set"', async () => {
    const session = suite('session', 'app', `select set_config('app.tenant', 'a', false); select pass('set');`);
    expect(
      words(await observe([neverSet, touches('t1'), neverSet, session, neverSet, touches('t2'), neverSet])),
    ).toEqual([
      'never_set complete ok ok',
      't1 complete ok',
      'never_set complete ok ok',
      'session complete ok',
      'never_set complete ok ok',
      't2 complete ok',
      'never_set complete ok ok',
    ]);
  });

  it('do not spoil each other by what they leave behind', async () => {
    const aborted = { ...suite('aborted', 'app', ''), sql: `begin; select plan(1); select 1/0;` };
    const messy = (stem: string) =>
      suite(
        stem,
        'app',
        `prepare q as select 1; create temporary table left_behind (); set search_path = public, rolecall_tap; select pass('x');`,
      );
    expect(words(await observe([aborted, messy('m1'), messy('m2'), neverSet]))).toEqual([
      'aborted sql-error missing',
      'm1 complete ok',
      'm2 complete ok',
      'never_set complete ok ok',
    ]);
  });

  it('show nothing by what they skip because dblink cannot connect, a subtest among it', async () => {
    await superuser.script(`
      create extension if not exists dblink;
      create or replace function public.other_session() returns text language plpgsql as $$
      begin
        perform public.dblink_connect('other', 'host=127.0.0.1 port=1 connect_timeout=1');
        return rolecall_tap.ok(true, 'another session sees it');
      exception when sqlclient_unable_to_establish_sqlconnection then return rolecall_tap.skip('dblink cannot connect');
      end $$;
      create schema xu;
      create or replace function xu.test_other() returns setof text language sql as $$ select public.other_session() $$`);
    const { suites } = await observe([
      suite('direct', undefined, 'select public.other_session();'),
      { ...suite('xunit', undefined, ''), sql: `begin; select * from runtests('xu'::name); rollback;` },
    ]);
    expect(suites.map(({ status, assertions }) => [status, ...assertions.map((one) => Object.values(one))])).toEqual([
      ['complete', [1, '', 'skip', 'dblink cannot connect']],
      ['complete', [1, 'xu.test_other', 'skip', 'nothing in its subtest was made']],
    ]);
  });

  it('are not run when they commit, and that is said', async () => {
    const { suites, notSeen } = await observe([
      { ...neverSet, sql: neverSet.sql.replace('rollback', 'commit') },
      touches('t'),
    ]);
    expect(suites.map(({ suite: name }) => name)).toEqual(['t']);
    expect(notSeen).toEqual([
      'suite never_set was not run: it ends its transaction, and what it does then could not be taken back',
    ]);
  });

  it('get TEMP for a login that lacks it, only while they run', async () => {
    const has = async () =>
      (
        await superuser.query(
          `select has_database_privilege('shy', 'postgres', 'TEMPORARY') as temp, datacl::text from pg_database where datname = 'postgres'`,
        )
      )[0];
    const before = await has();
    expect(before).toMatchObject({ temp: false });
    expect(
      words(
        await observe([
          suite(
            'temp',
            'shy',
            `select ok(has_database_privilege(current_database(), 'TEMPORARY'), 'it has TEMP now');`,
          ),
        ]),
      ),
    ).toEqual(['temp complete ok']);
    expect(await has()).toEqual(before);
  });

  it('are role-absent or login-refused where the login does not get in, with the server’s words', async () => {
    const { suites } = await observe([
      suite('gone', 'ghost', `select pass('x');`),
      suite('refused', 'locked', `select pass('x');`),
    ]);
    expect(suites.map(({ status, reason, assertions, tap }) => [status, reason, assertions, tap])).toEqual([
      ['role-absent', 'role "ghost" does not exist', [], ''],
      ['login-refused', 'role "locked" is not permitted to log in', [], ''],
    ]);
  });
});

describe('controls of one phase', () => {
  it('do not spoil each other: a suite that must see no tenant is not red because another suite set one', async () => {
    const { controls } = await observe([touches('first'), neverSet], {
      first: 'truncate public.notes',
      never_set: 'select 1 -- no damage',
    });
    expect(controls).toEqual([
      { suite: 'first', noticed: true, failed: ['its own row'], reason: null },
      { suite: 'never_set', noticed: false, failed: [], reason: 'no assertion turned red' },
    ]);
  });

  it('are run on green suites alone', async () => {
    const { controls } = await observe(
      [
        suite('red', 'app', `select fail('x');`),
        suite('green', 'app', `select is((select count(*) from public.notes), 0::bigint, 'nothing');`),
      ],
      { green: `alter table public.notes disable row level security` },
    );
    expect(controls).toEqual([{ suite: 'green', noticed: true, failed: ['nothing'], reason: null }]);
  });
});
