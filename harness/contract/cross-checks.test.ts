import { describe, expect, it } from 'vitest';

import { minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';

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
      'a denial of what is not a privilege',
      table('denies: [{ identity: app, access: [SELEKT] }]'),
      '11:31 tables.public.t.denies.0.access: SELEKT is not a privilege on a table',
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
      'policies where row security is off',
      `tables: { public.t: { row_security: off, policies: { mine: { using: 'true' } } } }`,
      '8:42 tables.public.t.policies: policies do nothing where row_security is off: say enabled or forced, or leave the policies out',
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
      '8:1 tenancy: own, other, unknown and invalid must be different values',
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
