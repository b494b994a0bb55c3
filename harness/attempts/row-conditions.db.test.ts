import { afterAll, beforeAll, expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { readShapes } from './read-shapes.ts';

let server: TestServer;
let session: Session;
beforeAll(async () => {
  server = await startTestServer();
  session = await connect(server.superuser);
  await session.script(`
    create table notes ("Org Id" text, org text, region text, id text, note text);
    insert into notes values ('a', 'a', 'a', 'a', 'a'), ('b', 'b', 'b', 'b', 'b')`);
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

it.each([
  ['"Org Id" = :id', ['Org Id']],
  ['ORG = :id', ['org']],
  [`org = :id -- and not note = 'x'`, ['org']],
  [`org = :id and 'note' <> E'it\\'s region' and org <> $$id$$`, ['org']],
  ['org::text = :id and (region)::varchar = :id', ['org', 'region']],
])('a copied row keeps the columns that say whose it is: %s', async (condition, kept) => {
  const contract = contractWith(`
sessions: { user: { login: app, set: { app.id: '{id}' } } }
tenancy: { session: user, own: { id: a }, other: { id: b }, unknown: { id: u } }
tables: { public.notes: { row_security: forced, rows: ${JSON.stringify(condition)} } }`);
  expect((await readShapes(session, contract)).get('public.notes')!.kept).toEqual(kept);
});
