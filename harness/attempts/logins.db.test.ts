import { afterAll, beforeAll, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { closeAll, logInAll } from './logins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** The result of logging in as a new role, and how many of its sessions stay open. */
async function loggedIn(options: string): Promise<[refusal: string | undefined, open: number]> {
  await server.query(`drop role if exists app`);
  await server.query(`create role app login password 'p' ${options}`);
  const superuser = server.superuser;
  const logins = await logInAll(
    {
      phase: 'head',
      revision: '1',
      superuser,
      logins: new Map([['app', { ...superuser, user: 'app', password: 'p' }]]),
    },
    new AbortController().signal,
  );
  const login = logins.get('app')!;
  const open = async () =>
    (await server.query(`select count(*)::int as open from pg_stat_activity where usename = 'app'`))[0]![
      'open'
    ] as number;
  const refusal = 'outcome' in login ? (login.message ?? '') : undefined;
  if (refusal !== undefined) {
    await expect.poll(open).toBe(0);
  }
  const seen = await open();
  await closeAll(logins);
  await expect.poll(open).toBe(0);
  return [refusal, seen];
}

it('a login has two sessions', async () => {
  expect(await loggedIn('')).toEqual([undefined, 2]);
});

it('one with a connection limit of 1 is refused by name, and keeps no connection', async () => {
  expect(await loggedIn('connection limit 1')).toEqual([expect.stringContaining('its CONNECTION LIMIT is 1, '), 0]);
});

it('one whose password has expired is refused by that', async () => {
  expect(await loggedIn(`valid until '2020-01-01'`)).toEqual([
    expect.stringMatching(/its password has expired, VALID UNTIL '2020-01-01/),
    0,
  ]);
});
