import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect } from '../postgres/session.ts';
import { faults, loginFaults, observe, type Observed } from '../testing/mutants.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { foreignContract, foreignSql } from '../testing/foreign-schema.ts';

let server: TestServer;
let observed: Observed;
beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('foreign');
  const session = await connect(server.target('foreign'));
  await session.script(foreignSql);
  observed = await observe(session, foreignContract);
  await session.close();
});
afterAll(() => server.stop());

it('finds mutants of a schema it never saw, by all its objects', () => {
  const ids = observed.mutants.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids).toEqual(
    expect.arrayContaining([
      'grant-table/"My Schema"."Orders"/App User/TRUNCATE',
      'grant-sequence/"My Schema"."No"/read"er/UPDATE',
      'grant-type/"My Schema"."E Mail"/svc/USAGE',
      'grant-column/"My Schema"."Orders"."Id"/svc/SELECT',
      'grant-option/"My Schema"."Orders".item/svc/SELECT',
      'revoke/"My Schema"."Orders".item/svc/UPDATE',
      'revoke-membership/read"er/App User',
      'revoke-setting/cluster/svc/search_path',
      `using-true/"My Schema"."Orders"/Reads it's own`,
      'check-true/"My Schema"."Orders"/writes',
      'policy-kind/"My Schema"."Orders"/narrow',
      'security-definer/"My Schema".plain(integer)',
      'widen-body/"My Schema"."Count It"(text)',
      'widen-body/"My Schema".parsed()',
      'widen-body/"My Schema".clean()',
      'leak-partition/"My Schema".parts/svc',
      'bare-partition/"My Schema".parts/svc',
      'leak-partition/"My Schema".hashed/svc',
      'bare-partition/"My Schema".ranged/svc',
      'narrow-key/"My Schema"."Orders"/"Orders_Tenant_item_key"',
    ]),
  );
  // Four mutants cannot exist: a repeated value cannot be made unique, a column's sequence follows its table, a default partition
  // leaves no room, the absent table was never made.
  expect(
    ids.filter((id) => /by note|sequence-owner.*Orders|absent|bare-partition.*hashed|leak-partition.*ranged/.test(id)),
  ).toEqual([]);
});

it('runs each of them, and each changes a fact', async () => {
  const session = await connect(server.target('foreign'));
  expect(await faults(session, observed)).toEqual([]);
  await session.close();
}, 180_000);

it('undoes what a copy of the database does not take with it', async () => {
  const session = await connect(server.superuser);
  expect(observed.mutants.filter(({ undo }) => undo !== undefined).map(({ id }) => id)).toContain(
    'revoke-setting/cluster/svc/search_path',
  );
  expect(await loginFaults(session, observed, 'foreign')).toEqual([]);
  await session.close();
}, 120_000);
