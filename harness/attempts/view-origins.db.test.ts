import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { readViewOrigins } from './view-origins.ts';

let server: TestServer;
let session: Session;
beforeAll(async () => {
  server = await startTestServer();
  session = await connect(server.superuser);
  await session.script(`
    create table docs (id int primary key);
    create view asked with (security_invoker) as select id from docs;
    create materialized view stored as select id from asked;
    create view both_ways with (security_invoker) as select a.id, s.id as kept from asked as a, stored as s;
    create view asked_again with (security_invoker) as select id from asked;
    create view of_its_owner as select id from asked_again`);
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

it.each([
  ['asked', []],
  ['stored', ['public.docs']],
  ['both_ways', ['public.docs']],
  ['of_its_owner', []],
])('what %s reads as its owner is found by every path to it', async (view, asOwner) => {
  const [origins] = await readViewOrigins({ session, inTransaction: false }, [`public.${view}`]);
  expect(origins!.asOwner).toEqual(asOwner);
});
