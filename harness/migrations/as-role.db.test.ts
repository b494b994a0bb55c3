import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { asRole } from './as-role.ts';

const { signal } = new AbortController();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.query('create role owner1 nologin; create role passing1 nologin');
});
afterAll(() => server.stop());

const userOf = (target: Target) =>
  withSession(target, {}, async (session) => (await session.query('select session_user as name'))[0]!['name']);
const accountOf = async (role: string) =>
  (
    await server.query(`select rolcanlogin as login, rolpassword as password from pg_authid where rolname = '${role}'`)
  )[0];

describe('work as a role', () => {
  it('is done by a login of its own, which it has no longer than that', async () => {
    expect(await asRole(server.superuser, 'owner1', { passwords: new Map() }, signal, userOf)).toBe('owner1');
    expect(await accountOf('owner1')).toMatchObject({ login: false });
  });

  it('is done by the superuser where that is the role, whose password stays', async () => {
    const { user } = server.superuser;
    const before = await accountOf(user);
    const passwords = new Map<string, string>();
    expect(await asRole(server.superuser, user, { passwords }, signal, userOf)).toBe(user);
    expect([await accountOf(user), passwords]).toEqual([before, new Map()]);
    await (await connect(server.superuser)).close();
  });

  it('leaves the role without a login where it is broken off, and says why it was', async () => {
    const controller = new AbortController();
    const work = () => {
      controller.abort(new Error('interrupted'));
      return Promise.reject(new Error('the first cause'));
    };
    await expect(asRole(server.superuser, 'owner1', { passwords: new Map() }, controller.signal, work)).rejects.toThrow(
      'the first cause',
    );
    expect(await accountOf('owner1')).toMatchObject({ login: false });
  });

  it('says the first cause where its login cannot be taken back', async () => {
    const work = async () => {
      await server.query('drop role passing1');
      throw new Error('the first cause');
    };
    await expect(asRole(server.superuser, 'passing1', { passwords: new Map() }, signal, work)).rejects.toThrow(
      'the first cause',
    );
  });
});
