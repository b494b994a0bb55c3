import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readState } from '../catalog/read-state.ts';
import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { loadPgtap, pgtapSchema } from './pgtap.ts';
import { runControl } from './run-control.ts';
import { runSuite } from './run-suite.ts';
import type { SuiteFile } from './suite-file.ts';
import { isGreenRun } from './suite-run.ts';

let server: TestServer;
let superuser: Session;
let session: Session;
const state = () =>
  readState(
    (sql) => superuser.script(sql),
    (sql) => superuser.query(sql),
    server.version,
  );

beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
  await superuser.script(
    `create role app login password 'app'; create table public.t (id int); insert into t values (1); alter default privileges revoke execute on functions from public`,
  );
});
afterAll(async () => {
  await session.close();
  await superuser.close();
  await server.stop();
});

const file = (sql: string, session_: SuiteFile['session'] = 'superuser'): SuiteFile => ({
  stem: '01',
  file: 'pgtap/suites/01.sql',
  sql,
  as: session_ === 'login' ? 'app' : undefined,
  session: session_,
  why: 'w',
  remedy: 'r',
});
const run = (sql: string) => runSuite(file(sql), session);
const inTransaction = (body: string, plan = 'select plan(1);') =>
  `begin;\n${plan}\n${body}\nselect * from finish();\nrollback;`;

describe('pgTAP', () => {
  it('is loaded without being part of the state that is looked at', async () => {
    const before = await state();
    await loadPgtap(superuser);
    expect(await state()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(pgtapSchema);
  });

  it('can be used by every login, whatever the default privileges', async () => {
    const app = await connect({ ...server.superuser, user: 'app', password: 'app' });
    try {
      await app.script(`set search_path = public, ${pgtapSchema}`);
      expect(
        isGreenRun(await runSuite(file(inTransaction(`select is(session_user::text, 'app', 'it is app');`)), app)),
      ).toBe(true);
    } finally {
      await app.close();
    }
  });
});

beforeEach(async () => {
  session ??= await connect(server.superuser);
  await session.script('rollback');
  await session.script('discard all');
  await session.script(`set client_min_messages = error; set search_path = public, ${pgtapSchema}`);
});

describe('a suite', () => {
  it('is complete when it ran what it planned, green or red', async () => {
    const green = await run(inTransaction(`select ok(true, 'one');`));
    expect(green).toMatchObject({
      suite: '01',
      file: 'pgtap/suites/01.sql',
      as: 'superuser',
      session: 'superuser',
      why: 'w',
      remedy: 'r',
      status: 'complete',
      reason: null,
      planned: 1,
      assertions: [{ number: 1, name: 'one', result: 'ok' }],
    });
    expect(green.tap).toMatch(/^1\.\.1\nok 1 - one\n$/m);
    expect(isGreenRun(green)).toBe(true);
    const red = await run(inTransaction(`select is(1, 2, 'one');`));
    expect(red).toMatchObject({
      status: 'complete',
      assertions: [{ result: 'not-ok', diagnostics: 'Failed test 1: "one"\n        have: 1\n        want: 2' }],
    });
    expect(isGreenRun(red)).toBe(false);
  });

  it('may plan at its end', async () => {
    expect(
      await run(inTransaction(`select ok(true, 'one'); select ok(true, 'two');`, 'select * from no_plan();')),
    ).toMatchObject({ status: 'complete', planned: 2 });
  });

  it.each<[what: string, sql: string, status: string, reason: string, results: string[]]>([
    [
      'fewer tests than planned',
      inTransaction(`select ok(true, 'one');`, 'select plan(3);'),
      'plan-mismatch',
      'it planned 3 tests and ran 1',
      ['ok', 'missing', 'missing'],
    ],
    [
      'more tests than planned',
      inTransaction(`select ok(true, 'one'); select ok(true, 'two');`),
      'plan-mismatch',
      'it planned 1 tests and ran 2',
      ['ok', 'ok'],
    ],
    ['no plan', `select 'ok 1 - by hand'`, 'no-plan', 'it printed no plan', ['ok']],
    ['nothing', `select 'hello'`, 'no-plan', 'it printed no plan', []],
    ['a plan of nothing', `select '1..0'`, 'no-tests', 'it ran no test', []],
    [
      'a test after the plan',
      `select 'ok 1 - a'; select '1..1'; select 'not ok 2 - b'`,
      'malformed',
      'out of place: not ok 2 - b',
      ['ok'],
    ],
    [
      'numbers out of order',
      `select '1..2'; select 'ok 2'; select 'ok 1'`,
      'malformed',
      'test 2 stands where test 1 should; test 1 stands where test 2 should',
      ['ok', 'ok'],
    ],
    [
      'an error in the middle',
      inTransaction(`select ok(true, 'one');\n-- ü\nselect nope;\nselect ok(true, 'two');`, 'select plan(2);'),
      'sql-error',
      'pgtap/suites/01.sql:5: column "nope" does not exist (SQLSTATE 42703)',
      ['ok', 'missing'],
    ],
    [
      'an error whose place the server does not say',
      inTransaction(
        `select ok(true, 'one'); do $$ begin raise 'stop' using errcode = 'P0007'; end $$;`,
        'select plan(2);',
      ),
      'sql-error',
      'pgtap/suites/01.sql:3: stop (SQLSTATE P0007)',
      ['ok', 'missing'],
    ],
    [
      'a bail-out',
      `select plan(2); select ok(true, 'one'); select 'Bail out! no use'`,
      'bailed-out',
      'no use',
      ['ok', 'missing'],
    ],
  ])('with %s is %s', async (_, sql, status, reason, results) => {
    const ran = await run(sql);
    expect({ status: ran.status, reason: ran.reason, results: ran.assertions.map(({ result }) => result) }).toEqual({
      status,
      reason,
      results,
    });
    expect(isGreenRun(ran)).toBe(false);
  });

  it('is not green when it skips or leaves to do', async () => {
    expect(isGreenRun(await run(inTransaction(`select * from skip('why', 1);`)))).toBe(false);
    expect(isGreenRun(await run(inTransaction(`select * from todo('later', 1); select ok(false, 'one');`)))).toBe(
      false,
    );
  });
});

describe('a control', () => {
  const denied = file(
    inTransaction(
      `select is(session_user::text, 'app', 'it is app'); select throws_ok('select from public.t', '42501', null, 'app cannot SELECT public.t');`,
      'select plan(2);',
    ),
    'login',
  );
  const control = (damage: string | undefined, suite = denied) => runControl(session, suite, damage);

  it('is noticed when an assertion turns red, as the suite’s own identity', async () => {
    expect(await control('grant select on public.t to app')).toEqual({
      suite: '01',
      noticed: true,
      failed: ['app cannot SELECT public.t'],
      reason: null,
    });
  });

  it.each<[what: string, damage: string | undefined, reason: string | RegExp]>([
    ['there is none', undefined, 'it has no control'],
    ['it does no damage', 'select 1', 'no assertion turned red'],
    ['the damage is an error', 'grant selekt on public.t to app', /^the damage could not be done: .*selekt/],
    ['the suite breaks off', 'drop role app', /^the damage could not be done|does not exist/],
  ])('is not noticed when %s', async (_, damage, reason) => {
    expect(await control(damage)).toEqual({
      suite: '01',
      noticed: false,
      failed: [],
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
  });

  it('is not noticed when the suite ends in an error instead of a red assertion', async () => {
    const breaks = file(inTransaction("select is(id, 1, 'the row') from public.t;"));
    expect(await control('drop table public.t', breaks)).toMatchObject({
      noticed: false,
      reason: 'pgtap/suites/01.sql:3: relation "public.t" does not exist (SQLSTATE 42P01)',
    });
    expect(await control('delete from public.t', breaks)).toMatchObject({
      noticed: false,
      reason: 'pgtap/suites/01.sql:4: # No tests run! (SQLSTATE P0001)',
    });
    expect(await control('update public.t set id = 2', breaks)).toMatchObject({ noticed: true, failed: ['the row'] });
  });

  it('leaves nothing of the damage, nor of the identity', async () => {
    const before = await state();
    await control('grant select on public.t to app; create table public.left_behind (); alter role app bypassrls');
    await control('grant select on public.t to app; select 1/0');
    await control(
      'grant select on public.t to app',
      file(`select 'ok 1'; grant insert on public.t to app`, 'superuser'),
    );
    expect(await state()).toEqual(before);
    expect(await session.query('select session_user::text as who, count(*)::int as rows from public.t')).toEqual([
      { who: 'postgres', rows: 1 },
    ]);
  });
});
