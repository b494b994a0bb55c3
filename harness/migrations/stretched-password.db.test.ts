import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { stretchPassword } from './stretched-password.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe('a password for a program', () => {
  const iterations = async () =>
    (
      await server.query(
        `select split_part(split_part(rolpassword, '$', 2), ':', 1) as n from pg_authid where rolname = 'postgres'`,
      )
    )[0];

  it('is kept in the form that drivers take, and is the same', async () => {
    expect(await iterations()).toEqual({ n: '1' });
    await stretchPassword(server.superuser, server.superuser, new AbortController().signal);
    expect(await iterations()).toEqual({ n: '4096' });
    await (await connect(server.superuser)).close();
  });
});
