import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { TableDigests } from './table-digests.ts';

let server: TestServer;
let superuser: Session;
beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
});

it.each(['t', 'rows', 'held', 'body'])('a change is seen in a table that has a column %s', async (column) => {
  await superuser.script(
    `create table changed (${column} integer, other text); insert into changed values (1, 'a'), (2, 'b'); create table kept (${column} integer); insert into kept values (1); create table bare ()`,
  );
  const digests = new TableDigests(superuser);
  const tables = ['changed', 'kept', 'bare'];
  expect(await digests.changed(tables)).toEqual(new Set());
  await superuser.script(`update changed set other = 'c' where ${column} = 2`);
  expect(await digests.changed(tables)).toEqual(new Set(['changed']));
  await superuser.script('insert into bare default values');
  expect(await digests.changed(tables)).toEqual(new Set(['bare']));
  await superuser.script('drop table changed, kept, bare');
});
