import { describe, expect, it } from 'vitest';

import { parseContract } from './parse-contract.ts';
import { sessionsInWords, tenantInWords } from './session-words.ts';

const parse = (more: string) =>
  parseContract(
    'c.yaml',
    `version: 1
name: small
title: A small contract
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
${more}`,
  ).contract;
const words = (more: string) => sessionsInWords(parse(more)).map(({ words }) => words);

describe('a session in words', () => {
  it('of the short form is the setting that a login makes', () => {
    const text = `identities: { app: { kind: login } }
tenancy: { setting: app.tenant, column: tenant_id, own: "1", other: "2", unknown: "9" }`;
    expect(words(text)).toEqual(['app, which sets app.tenant to {tenant}']);
    expect(tenantInWords(parse(text))).toBe('tenant');
  });

  it('is what it assumes, sets and runs; a login before that is told apart', () => {
    const text = `identities: { app: { kind: login, member_of: [clerk] }, clerk: { kind: group }, audit: { kind: login } }
sessions:
  member: { login: app, role: clerk, set: { app.org: "{org}" }, run: ["select app.start('{user}')"] }
  auditor: { login: audit, sees: all }
tenancy: { session: member, own: { org: a, user: b }, other: { org: c, user: d }, unknown: { org: e, user: f } }`;
    expect(words(text)).toEqual([
      'app, before it has become anybody',
      "app, which takes the role clerk, sets app.org to {org}, runs select app.start('{user}')",
      'audit as it is',
    ]);
    expect(tenantInWords(parse(text))).toBe('org and user');
  });

  it('of a role for each tenant is told once, with the names of all', () => {
    const text = `identities: { app: { kind: login, member_of: [t_a, t_b] }, t_a: { kind: group }, t_b: { kind: group } }
sessions: { member: { login: app, role: "t_{tenant}" } }
tenancy: { session: member, own: a, other: b, unknown: c, column: x }`;
    expect(words(text)).toEqual(['app, before it has become anybody', 'app, which takes the role t_a or t_b']);
  });

  it('has its title where the contract or its platform gives one', () => {
    const tenants = 'tenancy: { own: { user: "1" }, other: { user: "2" }, unknown: { user: "3" } }';
    expect(words(`platform: supabase\n${tenants}`)).toEqual([
      'authenticator, before it has become anybody',
      'a visitor with the anon key',
      'a signed-in user, of whom auth.uid() is {user}',
      'the service_role key, which bypasses row security',
    ]);
    expect(words(`platform: supabase\nsessions: { user: { title: a member } }\n${tenants}`)).toContain('a member');
  });
});
