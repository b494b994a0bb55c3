import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { parseContract } from '../../contract/parse-contract.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { checkInput } from './check-input.ts';
import { readChecks } from './read-checks.ts';
import { askChecks } from './run-checks.ts';

const text = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');
const checks = (await readChecks()).filter(({ code }) => code === 'foreign-key-without-tenant');

let server: TestServer;
let session: Session;
beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('keys');
  session = await connect(server.target('keys'));
  await session.script(await text('fixtures/base.sql'));
  await session.script(await text('examples/foreign-key-without-tenant.flaw.sql'));
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

const second = 'alter table bp.comments add other_id uuid references bp.notes (id);';
const once = 'UNIQUE (tenant_id, id) /* once, for each foreign key to it */';

it.each([
  ['', ['UNIQUE (tenant_id, id)']],
  [second, [once, once]],
  [`${second} alter table bp.notes add unique (id, tenant_id)`, [undefined, undefined]],
  ['create unique index on bp.notes (id, tenant_id) where body is null', ['UNIQUE (tenant_id, id)']],
])('the remedy says of a key that it is added once, and adds none that is there: %s', async (script, added) => {
  const { contract } = parseContract('contract.yaml', await text('fixtures/contract.yaml'));
  await session.script(`begin; ${script}`);
  await session.script(`set local search_path = ''`);
  const found = await askChecks(
    (sql, values) => session.query(sql, values),
    checks,
    checkInput(contract),
    server.version,
  );
  await session.script('rollback');
  expect(found.map(({ remedy }) => /^ALTER TABLE bp\.notes ADD ([^;]*);/.exec(remedy)?.[1])).toEqual(added);
});
