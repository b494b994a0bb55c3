import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { contractWith, minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';
import { parseContract } from './parse-contract.ts';

describe('a contract that is right', () => {
  it('gets its defaults', () => {
    const { databases, postgres, tables, database, identities } = contractWith('tables: { public.t: {} }');
    expect({ databases, postgres, database }).toEqual({
      databases: { baseline: 'rolecall_baseline', head: 'rolecall_head' },
      postgres: 16,
      database: { grants: {} },
    });
    expect(tables['public.t']).toMatchObject({
      grants: {},
      needs: [],
      denies: [],
      row_security: 'off',
      policies: {},
      only_through: [],
    });
    expect(identities['rw']).toMatchObject({ kind: 'group', member_of: [], settings: {} });
  });

  it('may name things like properties that every object has', () => {
    const { tables, identities } = contractWith(
      'tables: { constructor: { row_security: enabled, policies: { toString: {} } } }',
    );
    expect([
      tables['constructor']!.policies['toString']!.command,
      tables['toString'],
      tables['constructor']!.policies['valueOf'],
      identities['constructor'],
    ]).toEqual(['ALL', undefined, undefined, undefined]);
  });

  it('may use anchors and merge keys', () => {
    const { tables } = contractWith(
      'tables:\n  a.b: &base { grants: { app: [SELECT] } }\n  a.c: { <<: *base, row_security: forced }\n  a.d: *base\n',
    );
    expect(tables['a.c']).toMatchObject({ grants: { app: ['SELECT'] }, row_security: 'forced' });
    expect(tables['a.d']!.grants).toEqual({ app: ['SELECT'] });
  });

  it('is the one of this project', async () => {
    const file = new URL('../../db/contract.yaml', import.meta.url);
    expect(parseContract('db/contract.yaml', await readFile(file, 'utf8')).contract.name).toBe('db-identity-contract');
  });
});

describe('the shape of a contract', () => {
  it('refuses every fault at once, with line and column, in the order of the file', () => {
    const text = `${minimal.replace('baseline: "1"', 'baseline: 1')}tables:\n  a.b: { grants: { app: [SELEKT] }, owener: x }\nfoo: 1\ntenancy: { setting: app }\n`;
    expect(faultsOf(text)).toEqual([
      '4:14 revisions.baseline: Invalid input: expected string, received number',
      expect.stringMatching(/^9:26 tables\.a\.b\.grants\.app\.0: Invalid option: .*"SELECT"/),
      '9:37 tables.a.b.owener: unknown key',
      '10:1 foo: unknown key',
      '11:1 tenancy.own: is missing',
      '11:1 tenancy.other: is missing',
      '11:1 tenancy.unknown: is missing',
      '11:1 tenancy.column: is missing',
      '11:12 tenancy.setting: a custom setting, as app.tenant',
    ]);
  });

  it.each<[what: string, text: string, fault: string | RegExp]>([
    ['nothing', '', '1:1 Invalid input: expected object, received null'],
    ['a list', '- 1', '1:1 Invalid input: expected object, received array'],
    ['another version', minimal.replace('version: 1', 'version: 2'), '1:1 version: Invalid input: expected 1'],
    ['a missing key', minimal.replace(/^title.*\n/m, ''), '1:1 title: is missing'],
    [
      'an unknown key of an identity',
      minimal.replace('kind: group', 'kind: group, memberof: []'),
      '6:73 identities.rw.memberof: unknown key',
    ],
    [
      'an unknown key of a membership',
      minimal.replace('[rw]', '[{ role: rw, inhert: true }]'),
      /^6:\d+ identities\.app\.member_of\.0\.inhert: unknown key$/,
    ],
    [
      'an unknown key of a policy',
      `${minimal}tables: { a.b: { policies: { p: { usin: x } } } }`,
      /^8:\d+ tables\.a\.b\.policies\.p\.usin: unknown key$/,
    ],
    [
      'an unknown key of a migration command',
      minimal.replace('{ folder: migrations }', '{ command: [a], url_env: U, cdw: x }'),
      /^5:\d+ migrations\.cdw: unknown key$/,
    ],
    [
      'an unknown attribute',
      minimal.replace('kind: group', 'kind: group, attributes: [SUPER]'),
      /^6:\d+ identities\.rw\.attributes\.0: .*"SUPERUSER"/,
    ],
    ['a grant of nothing', `${minimal}tables: { a.b: { grants: { app: [] } } }`, /^8:\d+ tables\.a\.b\.grants\.app: /],
    [
      'a SQLSTATE that is none',
      `${minimal}deficiencies:\n- { id: d, claim: c, baseline: [], head: [{ identity: app, access: SELECT, object: a.b, outcome: "error:1" }] }`,
      /deficiencies\.0\.head\.0\.outcome/,
    ],
    [
      'an acceptance of no object',
      `${minimal}accepted:\n- { code: fail-open, reason: r, until: 2030-01-01 }`,
      '9:3 accepted.0.object: is missing',
    ],
    [
      'a name with spaces',
      minimal.replace('name: small', 'name: Not Small'),
      '2:1 name: lower-case letters, digits and dashes',
    ],
  ])('refuses %s', (_, text, fault) => {
    expect(faultsOf(text)).toContainEqual(typeof fault === 'string' ? fault : expect.stringMatching(fault));
  });
});

describe('the YAML of a contract', () => {
  it.each<[what: string, text: string, fault: RegExp]>([
    ['a bracket that is not closed', `${minimal}tables: [\n`, /^9:1 Flow sequence/],
    ['a tab', '\tversion: 1', /^1:1 Tabs are not allowed/],
    ['a key that is there twice', `${minimal}title: other\n`, /^8:1 title is there twice/],
    ['a second document', `${minimal}---\nversion: 1\n`, /^8:1 Source contains multiple documents/],
    [
      'a key that no object keeps',
      `${minimal}tables: { public.t: { policies: { __proto__: {} } } }\n`,
      /^8:35 __proto__ cannot be a key/,
    ],
    ['an anchor that is not there', `${minimal}tables: *gone\n`, /^8:9 Unresolved alias.*gone/],
    [
      'aliases that explode',
      'a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      /^1:1 Excessive alias count/,
    ],
  ])('refuses %s', (_, text, fault) => {
    expect(faultsOf(text)).toEqual([expect.stringMatching(fault)]);
  });
});
