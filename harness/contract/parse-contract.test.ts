import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { contractWith, minimal } from '../testing/contract.ts';
import { parseContract } from './parse-contract.ts';

/** The faults that a text is refused with, without the file's name. */
function faultsOf(text: string): string[] {
  try {
    parseContract('c.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(RolecallError);
    const { code, message, next, exit } = error as RolecallError;
    expect({ code, exit, next }).toEqual({ code: 'bad-contract', exit: 2, next: expect.stringMatching(/\.$/) });
    const [first, ...lines] = message.split('\n');
    expect(first).toBe(`the contract has ${lines.length === 1 ? 'a fault' : `${lines.length} faults`}`);
    return lines.map((line) => line.replace(/^- c\.yaml:/, ''));
  }
  return [];
}

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
    const { tables, identities } = contractWith('tables: { constructor: { policies: { toString: {} } } }');
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
      '11:1 tenancy.column: is missing',
      '11:1 tenancy.own: is missing',
      '11:1 tenancy.other: is missing',
      '11:1 tenancy.unknown: is missing',
      '11:1 tenancy.invalid: is missing',
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
    ['a key that is there twice', `${minimal}title: other\n`, /^8:1 Map keys must be unique/],
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

describe('the parts of a contract held against each other', () => {
  const table = (rest: string) => `tables:\n  public.t:\n    grants: { rw: [SELECT] }\n    ${rest}\n`;
  const deficiency = (rest: string) =>
    `${table('')}functions: { public.f(): {} }\ndeficiencies:\n  - id: d\n    claim: c\n    baseline: [{ ${rest}, outcome: allowed }]\n    head: [{ identity: app, access: SELECT, object: public.t, outcome: allowed }]\n`;

  it.each<[what: string, rest: string, fault: string]>([
    [
      'a grantee nobody knows',
      'database: { grants: { ghost: [CONNECT] } }',
      '8:23 database.grants.ghost: ghost is neither an identity nor PUBLIC',
    ],
    [
      'a grantee of a schema nobody knows',
      'schemas: { public: { grants: { ghost: [USAGE] } } }',
      '8:32 schemas.public.grants.ghost: ghost is neither an identity nor PUBLIC',
    ],
    [
      'a grantee named like a property of every object',
      'database: { grants: { toString: [CONNECT] } }',
      '8:23 database.grants.toString: toString is neither an identity nor PUBLIC',
    ],
    [
      'a need of nobody',
      table('needs: [{ identity: ghost, access: [SELECT], required_by: x }]'),
      '11:15 tables.public.t.needs.0.identity: ghost is not an identity',
    ],
    [
      'a need without a grant',
      table('needs: [{ identity: app, access: [SELECT, DELETE], required_by: x }]'),
      '11:30 tables.public.t.needs.0.access: needs DELETE, but no grant here gives it to app',
    ],
    [
      'a denial that a grant contradicts',
      table('denies: [{ identity: app, access: [SELECT] }]'),
      '11:31 tables.public.t.denies.0.access: denies SELECT, but a grant here gives it to app',
    ],
    [
      'a denial of what is no privilege',
      table('denies: [{ identity: app, access: [SELEKT] }]'),
      '11:31 tables.public.t.denies.0.access: SELEKT is no privilege on a table',
    ],
    [
      'a denial that a grant on a column contradicts',
      'tables: { public.t: { grants: { rw: ["SELECT(id)"] }, denies: [{ identity: app, access: [SELECT] }] } }',
      '8:81 tables.public.t.denies.0.access: denies SELECT, but a grant here gives it to app',
    ],
    [
      'a need of a migrator',
      table('needs: [{ identity: admin, access: [SELECT], required_by: x }]'),
      '11:15 tables.public.t.needs.0.identity: admin is a migrator, whose access is not judged',
    ],
    [
      'a denial of a migrator',
      table('denies: [{ identity: admin, access: [DELETE] }]'),
      '11:16 tables.public.t.denies.0.identity: admin is a migrator, whose access is not judged',
    ],
    [
      'a search_path of a function that runs as its caller',
      'functions: { public.f(): { search_path: pg_temp } }',
      '8:28 functions.public.f().search_path: is judged of SECURITY DEFINER functions only',
    ],
    [
      'phases in one database',
      'databases: { baseline: x, head: x }',
      '8:1 databases: baseline and head are the same database: there is no before and after',
    ],
    [
      'a function that is the only way and not there',
      table('only_through: [public.f()]'),
      '11:20 tables.public.t.only_through.0: public.f() is not among functions',
    ],
    [
      'a deficiency of a group',
      deficiency('identity: rw, access: SELECT, object: public.t'),
      '16:18 deficiencies.0.baseline.0.identity: rw is not an identity of kind login',
    ],
    [
      'a deficiency of an object nobody knows',
      deficiency('identity: app, access: SELECT, object: public.u'),
      '16:49 deficiencies.0.baseline.0.object: public.u is neither among tables nor functions',
    ],
    [
      'a deficiency by a statement that is not tried',
      deficiency('identity: app, access: TRUNCATE, object: public.t'),
      '16:33 deficiencies.0.baseline.0.access: TRUNCATE is not tried on public.t: SELECT, INSERT, UPDATE, DELETE',
    ],
    [
      'a deficiency that selects from a function',
      deficiency('identity: app, access: SELECT, object: public.f()'),
      '16:33 deficiencies.0.baseline.0.access: SELECT is not tried on public.f(): EXECUTE',
    ],
    [
      'two tenants that are one',
      'tenancy: { setting: a.b, column: c, own: x, other: x, unknown: u, invalid: i }',
      '8:1 tenancy: own, other, unknown and invalid must be four different values',
    ],
  ])('refuses %s', (_, rest, fault) => {
    expect(faultsOf(minimal + rest)).toEqual([fault]);
  });

  it.each<[what: string, identities: string, fault: RegExp]>([
    [
      'a membership in a role nobody knows',
      '{ app: { kind: login, member_of: [ghost] } }',
      /identities\.app\.member_of\.0: ghost is not an identity$/,
    ],
    ['a contract without a login', '{ rw: { kind: group } }', /identities: no identity of kind login/],
    [
      'a login that may not log in',
      '{ app: { kind: login, attributes: [INHERIT] } }',
      /identities\.app\.attributes: a login needs LOGIN/,
    ],
  ])('refuses %s', (_, identities, fault) => {
    expect(faultsOf(minimal.replace(/identities: .*/, `identities: ${identities}`))).toEqual([
      expect.stringMatching(fault),
    ]);
  });

  it('refuses phases of one revision', () => {
    expect(faultsOf(minimal.replace('head: "2"', 'head: "1"'))).toEqual([
      '4:1 revisions: baseline and head are the same revision: there is no before and after',
    ]);
  });

  it('refuses two deficiencies of one id', () => {
    const one = '  - { id: d, claim: c, baseline: [*e], head: [*e] }\n';
    const text = `${table('')}deficiencies:\n  - { id: d, claim: c, baseline: [&e { identity: app, access: SELECT, object: public.t, outcome: allowed }], head: [*e] }\n${one}`;
    expect(faultsOf(minimal + text)).toEqual(['14:7 deficiencies.1.id: d is there twice']);
  });

  it('lets predefined roles be grantees and groups', () => {
    expect(
      faultsOf(
        minimal.replace('[rw]', '[rw, pg_monitor]') +
          'database: { grants: { pg_monitor: [CONNECT], PUBLIC: [CONNECT] } }',
      ),
    ).toEqual([]);
  });
});
