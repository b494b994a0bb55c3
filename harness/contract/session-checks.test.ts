import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { contractWith, minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';
import { rowsRuleOf } from './rows.ts';
import { sessionsOf, settingsOf, tenantsOf } from './sessions.ts';

const session = `sessions: { user: { login: app, role: rw, set: { app.user: "{user}" } } }\n`;
const tenants = `own: { user: a, org: x }, other: { user: b, org: y }, unknown: { user: c, org: z }`;
const tenancy = `tenancy: { session: user, ${tenants} }\n`;

describe('sessions and rows of a contract', () => {
  it.each<[what: string, rest: string, fault: RegExp]>([
    ['neither a setting nor a session', `tenancy: { ${tenants} }`, /tenancy\.setting: is missing: name the setting/],
    [
      'a setting beside sessions',
      `${session}tenancy: { setting: a.b, column: c, session: user, ${tenants} }`,
      /tenancy\.setting: sessions say which settings/,
    ],
    ['a session that is not there', `${session}tenancy: { session: usr, ${tenants} }`, /usr is not among sessions/],
    [
      'a session that no tenant fills',
      `sessions: { user: { login: app }, more: { login: app } }\n${tenancy}`,
      /sessions\.more: is not among the sessions of tenancy/,
    ],
    [
      'a session of nobody',
      `sessions: { user: { login: rw } }\n${tenancy}`,
      /sessions\.user\.login: rw is not an identity of kind login/,
    ],
    [
      'a role that the login cannot take',
      `sessions: { user: { login: app, role: admin } }\n${tenancy}`,
      /role: app is not declared to be a member of admin WITH SET/,
    ],
    ['a session named as an identity', session.replace('user:', 'app:'), /app is an identity too/],
    [
      'a value that no tenant has',
      `sessions: { user: { login: app, set: { app.user: "{usr}" }, run: ["select f('{orgs}')"] } }\n${tenancy}`,
      /set\.app\.user: \{usr\} is not a value of the tenants.*run\.0: \{orgs\} is not a value/s,
    ],
    ['a setting that is none of ours', session.replace('app.user', 'role') + tenancy, /set\.role: a custom setting/],
    [
      'a tenant with other values',
      `${session}tenancy: { session: user, own: { user: a }, other: { usr: b }, unknown: { user: c } }`,
      /tenancy\.other: user is missing, which own has.*tenancy\.other: usr is not among/s,
    ],
    [
      'rows of a value that is none',
      `${session}${tenancy}tables: { public.t: { rows: "id = :usr", open: "x = :y" } }`,
      /rows: :usr is not a value of the tenants.*open: :y is not a value/s,
    ],
    ['rows of nobody', 'tables: { public.t: { rows: "id = 1" } }', /rows: there is no tenancy/],
    [
      'rows that are open twice',
      `${session}${tenancy}tables: { public.t: { rows: all, open: "true" } }`,
      /open: with rows: all every row is open/,
    ],
    [
      'a need that SET ROLE alone serves',
      `${session.replace('role: rw, ', '')}${tenancy}tables: { public.t: { rows: none, grants: { rw: [SELECT] }, needs: [{ identity: app, access: [SELECT], required_by: x }] } }`,
      /needs SELECT, but no grant here gives it to app/,
    ],
  ])('is refused: %s', (what, rest, fault) => {
    const text = what.startsWith('a need') ? minimal.replace('[rw]', '[{ role: rw, inherit: false }]') : minimal;
    expect(faultsOf(text + rest).join('\n')).toMatch(fault);
  });

  it('say who a login can be: first itself, where it must assume a role, and then each session', () => {
    const contract = contractWith(session + tenancy);
    expect(sessionsOf(contract).map(({ name, identity, login, sees }) => [name, identity, login, sees])).toEqual([
      [null, 'app', 'app', 'nothing'],
      ['user', 'rw', 'app', 'whose'],
    ]);
    expect(settingsOf(contract)).toEqual(['app.user']);
  });

  it('are the short form where there is one setting', () => {
    const contract = contractWith('tenancy: { setting: a.b, column: org_id, own: x, other: y, unknown: z }');
    expect(sessionsOf(contract)).toMatchObject([
      { name: null, login: 'app', set: { 'a.b': '{tenant}' }, sees: 'whose' },
    ]);
    expect(tenantsOf(contract)!.own).toEqual({ tenant: 'x' });
    expect(rowsRuleOf(contract, 'public.t', () => true)).toEqual({ kind: 'column', column: 'org_id', is: 'tenant' });
  });

  it.each([
    ['{ column: org_id }', { kind: 'column', column: 'org_id', is: 'org' }],
    ['{ column: owner }', { kind: 'column', column: 'owner', is: 'user' }],
    ['{ column: owner, is: org }', { kind: 'column', column: 'owner', is: 'org' }],
    ['{ via: order_id }', { kind: 'via', columns: ['order_id'] }],
    ['{ via: [a, b] }', { kind: 'via', columns: ['a', 'b'] }],
    ['none', { kind: 'none' }],
    ['all', 'all'],
    ['"a = :user"', { kind: 'sql', sql: 'a = :user' }],
  ])('say whose rows are whose: %s', (rows, rule) => {
    const contract = contractWith(`${session}${tenancy}tables: { public.t: { rows: ${rows} } }`);
    expect(rowsRuleOf(contract, 'public.t', () => true)).toEqual(rule);
  });
});

it('search_path is a setting that a session may make, and no mark of one that was ever somebody', () => {
  const contract = contractWith(
    `sessions: { user: { login: app, set: { search_path: "{user}", app.user: "{user}" } } }\n${tenancy}`,
  );
  expect(settingsOf(contract)).toEqual(['app.user']);
});

describe('the examples of the documentation', async () => {
  const text = await readFile(path.join(repository, 'docs', 'sessions-and-rows.md'), 'utf8');
  const examples = [...text.matchAll(/^## (.*?)$[^]*?^```yaml\n([^]*?)^```/gm)].map(([, title, yaml]) => [
    title!,
    yaml!,
  ]);

  it('are six of sessions and rows, and one of a platform', () => {
    expect(examples).toHaveLength(7);
  });

  it.each(examples)('are contracts: %s', (_, yaml) => {
    const identities = 'identities: { app: { kind: login }, reporting: { kind: login } }\n';
    const head = minimal.replace(/^identities.*\n/m, yaml.includes('identities:') ? '' : identities);
    expect(faultsOf(head + yaml)).toEqual([]);
  });
});
