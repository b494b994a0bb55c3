import { afterAll, beforeAll, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { accountOf } from './server-account.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it('what a server says of itself holds neither its own password nor one of a login', async () => {
  const { superuser } = server;
  const said = `password ${superuser.password}, login hunter2, rest`;
  const account = await accountOf(
    { superuser, log: () => Promise.resolve(said), artefacts: () => Promise.resolve(new Map([['ps.txt', said]])) },
    ['hunter2'],
    new AbortController().signal,
  );
  expect(account.log).toBe('password ***, login ***, rest');
  expect([...account.artefacts]).toEqual([['ps.txt', 'password ***, login ***, rest']]);
  expect(account.version).toMatch(/^PostgreSQL 16\.\d+ .*\n$/);
});

it('a server without artefacts has none', async () => {
  const account = await accountOf(
    { superuser: server.superuser, log: () => Promise.resolve('') },
    [],
    new AbortController().signal,
  );
  expect(account.artefacts.size).toBe(0);
});
