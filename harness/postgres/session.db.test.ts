import { Socket } from 'node:net';

import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { connect } from './session.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it('a session has the system find out that its connection is cut, though nothing is said on it', async () => {
  const asked = vi.spyOn(Socket.prototype, 'setKeepAlive');
  const session = await connect(server.superuser);
  expect(await session.query('select 1 as one')).toEqual([{ one: 1 }]);
  await session.close();
  expect(asked.mock.calls).toEqual([[true, 30_000]]);
  asked.mockRestore();
});
