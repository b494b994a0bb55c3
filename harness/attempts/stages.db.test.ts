import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { refusalOf } from './classify.ts';

const schema = readFileSync(new URL('stages.fixture.sql', import.meta.url), 'utf8');

let server: TestServer;
let app: Session;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(schema);
  app = await connect({ ...server.superuser, user: 'app', password: 'app' });
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

async function endOf(sql: string): Promise<string> {
  await app.script('begin');
  try {
    await app.query(sql);
    return 'allowed';
  } catch (error) {
    const { outcome, stage = '', raised_in: raisedIn = '' } = refusalOf(serverError(error)!);
    return [outcome, stage, raisedIn].filter((word) => word !== '').join(' ');
  } finally {
    await app.script('rollback');
  }
}

// Each row breaks two things: what is told is what PostgreSQL asks first.
describe('what stops a statement first', () => {
  it.each<[first: string, sql: string, end: string]>([
    ['the privilege, then a row', `delete from parents`, 'denied-by-grant'],
    ['a value of a domain, then a policy', `insert into rows (id, tenant, size) values (2, 'b', -1)`, 'error:23514'],
    ['a policy, then NOT NULL', `insert into rows values (2, null)`, 'denied-by-rls'],
    ['a policy, then a check', `insert into rows values (2, 'b', -1)`, 'denied-by-rls'],
    ['a policy, then a key', `insert into rows values (1, 'b')`, 'denied-by-rls'],
    ['a policy, then a foreign key', `insert into rows values (2, 'b', 1, 9)`, 'denied-by-rls'],
    ['a policy, then an exclusion', `insert into rows values (2, 'b', 1, 1, 1, '[1,2)')`, 'denied-by-rls'],
    ['a policy, then DO NOTHING', `insert into rows values (1, 'b') on conflict do nothing`, 'denied-by-rls'],
    [
      'a policy, then a deferrable arbiter',
      `insert into deferred values (1, 'b') on conflict do nothing`,
      'denied-by-rls',
    ],
    [
      'a deferrable arbiter, of a row of its own',
      `insert into deferred values (1, 'a') on conflict do nothing`,
      'stopped:55000 key',
    ],
    ['a check, then a key', `insert into rows values (1, 'a', -1)`, 'stopped:23514 constraint'],
    ['a key, then a foreign key', `insert into rows values (1, 'a', 1, 9)`, 'stopped:23505 key'],
    ['an exclusion', `insert into rows values (2, 'a', 1, 1, 1, '[1,2)')`, 'stopped:23P01 key'],
    ['a foreign key', `insert into rows values (2, 'a', 1, 9)`, 'stopped:23503 foreign-key'],
    ['the search for a partition, then a policy', `insert into parts values (2, 'b')`, 'error:23514'],
    ['a BEFORE trigger, then a policy', `insert into before_rows values ('b')`, 'error:P0001 refuse'],
    ['a policy, then an AFTER trigger', `insert into after_rows values ('b')`, 'denied-by-rls'],
    ['a BEFORE trigger of another schema', `insert into quoted_rows values ('a')`, 'error:P0001 audit."Append Only"'],
    ['an AFTER trigger', `insert into after_rows values ('a')`, 'error:P0001 refuse'],
  ])('%s', async (_, sql, end) => {
    expect(await endOf(sql)).toBe(end);
  });
});
