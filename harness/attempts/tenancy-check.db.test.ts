import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { contractWith } from '../testing/contract.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { checkTenancy } from './tenancy-check.ts';

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

/** What is said of a table with these tenants' rows. */
async function faults(type: string, tenants: readonly string[], invalid = 'x'): Promise<string[]> {
  const contract = contractWith(
    `tenancy: { setting: app.tenant, column: tenant_id, own: '1', other: '2', unknown: '3', invalid: ${invalid} }\ntables: { t: { row_security: forced }, gone: { row_security: forced }, off: {} }`,
  );
  await superuser.script(
    `drop table if exists t, off; create table t (tenant_id ${type}); create table off (tenant_id ${type}); ${tenants.map((tenant) => `insert into t values ('${tenant}');`).join(' ')}`,
  );
  return checkTenancy(superuser, contract);
}

describe('the tenants of the contract', () => {
  it('are as it says', async () => {
    expect(await faults('integer', ['1', '2', '2'])).toEqual([]);
  });

  it.each<[what: string, tenants: string[], fault: string]>([
    ['without rows of the own tenant', ['2'], 't has no row of tenancy.own: seed one, or nothing about it is shown'],
    ['without rows of another', ['1'], 't has no row of tenancy.other: seed one, or nothing about it is shown'],
    ['with rows of the one that is unknown', ['1', '2', '3'], 't has rows of tenancy.unknown, which must be no tenant'],
  ])('%s show nothing', async (_, tenants, fault) => {
    expect(await faults('integer', tenants)).toEqual([fault]);
  });

  it('have an invalid value only where the type refuses it', async () => {
    expect(await faults('bigint', ['1', '2'])).toEqual([]);
    expect(await faults('integer', ['1', '2'], "'4'")).toEqual([
      'tenancy.invalid is a integer as t takes it: choose a value that is none',
    ]);
  });

  it.each(['text', 'varchar(9)', 'char(4)', 'name'])('need none where the type takes every text: %s', async (type) => {
    expect(await faults(type, ['1', '2'])).toEqual([]);
  });
});
