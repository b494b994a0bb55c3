import { afterAll, beforeAll, beforeEach, expect } from 'vitest';

import { parseContract } from '../contract/parse-contract.ts';
import { liveFindings, type LiveAnswer } from './live-findings.ts';
import { startTestServer, type TestServer } from './server.ts';

/** The beginning of every contract. */
export const contractHead = `version: 1
name: small
title: A small contract
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
`;

/**
 * Starts a server with logins of every kind for the tests of the calling file, with an empty schema `s` for each test. Returns a
 * function that returns the server.
 */
export function withLogins(): () => TestServer {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.query(`
      create role app login password 'app';
      create role analyst login password 'analyst' bypassrls;
      create role tenant_a login password 'tenant_a';
      create role tenant_b login password 'tenant_b'`);
  });
  afterAll(() => server.stop());
  beforeEach(() => server.query('drop schema if exists s cascade; create schema s; grant usage on schema s to public'));
  return () => server;
}

/** The result of a contract with `rest` on a schema that `sql` makes, while others run `meanwhile`. */
export async function liveOver(
  server: TestServer,
  sql: string,
  rest: string,
  meanwhile?: () => Promise<unknown>,
): Promise<LiveAnswer> {
  const answer = await anyLiveOver(server, sql, rest, meanwhile);
  expect(answer.unproven).toEqual([]);
  return answer;
}

/** The same, even if something is not proven. */
export async function anyLiveOver(
  server: TestServer,
  sql: string,
  rest: string,
  meanwhile?: () => Promise<unknown>,
): Promise<LiveAnswer> {
  await server.query(sql);
  return liveFindings(server, parseContract('c.yaml', `${contractHead}${rest}`).contract, meanwhile);
}

/** SQL for a table in the schema `s` with one policy, which `to` may read. */
export function ownTable(name: string, columns: string, policy: string, to = 'app'): string {
  return `
  create table s.${name} (${columns});
  alter table s.${name} enable row level security;
  create policy p on s.${name} using (${policy});
  grant select on s.${name} to ${to};`;
}

export const own = `tenant = nullif(current_setting('app.tenant', true), '')`;
export const identities = 'identities: { app: { kind: login } }';
export const tenancy = 'tenancy: { session: user, column: tenant, own: a, other: b, unknown: c }';
export const user = `sessions: { user: { login: app, set: { app.tenant: '{tenant}' } } }`;
export const notes = `tables: { s.notes: { row_security: enabled, grants: { app: [SELECT] } } }`;
export const noteRows = `insert into s.notes values (1, 'a'), (2, 'a'), (3, 'b')`;
