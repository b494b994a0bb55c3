import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { statementFor } from './statements.ts';
import { contractWith } from '../testing/contract.ts';
import { readShapes } from './read-shapes.ts';

let server: TestServer;
let session: Session;

beforeAll(async () => {
  server = await startTestServer();
  session = await connect(server.superuser);
  await session.script(`
    create table orders (id bigserial primary key, number int generated always as identity unique, item text not null);
    insert into orders (item) values ('a book'), ('a pen')`);
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

it.each([
  ['orders_id_seq', true, '2'],
  ['orders_number_seq', true, '2'],
  ['orders_id_seq', false, '3'],
])('an INSERT that is rolled back: %s with keepSequences %s is at %s', async (sequence, keepSequences, expected) => {
  const shapes = await readShapes(session, contractWith('tables: { orders: {} }'), { keepSequences });
  const { sql } = statementFor('INSERT', 'orders', shapes.get('orders'));
  await session.script('begin');
  expect(await session.rowCount(sql)).toBe(1);
  await session.script('rollback');
  const [row] = await session.query<{ at: string }>(`select last_value::text as at from ${sequence}`);
  expect(row!.at).toBe(expected);
});
