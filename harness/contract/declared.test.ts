import { describe, expect, it } from 'vitest';

import { contractWith, minimal } from '../testing/contract.ts';
import {
  columnGrant,
  declaredColumns,
  declaredMemberships,
  declaredPrivileges,
  declaredSources,
  identitiesOf,
  isTenantIsolated,
} from './declared.ts';
import { parseContract } from './parse-contract.ts';

const nested = parseContract(
  'c.yaml',
  minimal.replace(
    /identities: .*/,
    `identities:
  app: { kind: login, member_of: [inner, { role: set_only, inherit: false }] }
  other: { kind: login }
  inner: { kind: group, member_of: [outer] }
  outer: { kind: group, member_of: [inner] }
  set_only: { kind: group }
schemas: { public: { grants: { outer: [USAGE] } } }
database: { grants: { PUBLIC: [CONNECT], outer: [TEMPORARY] } }
tables: { public.t: { grants: { outer: [SELECT], set_only: [DELETE], other: [UPDATE], PUBLIC: [INSERT] } } }`,
  ),
).contract;

describe('what the contract declares', () => {
  it('follows groups however deep, and a circle only once', () => {
    expect(declaredSources(nested, 'app')).toEqual(['app', 'inner', 'set_only', 'outer', 'PUBLIC']);
    expect(declaredSources(nested, 'other')).toEqual(['other', 'PUBLIC']);
  });

  it.each<[identity: string, object: string, privileges: string[]]>([
    ['app', 'public.t', ['DELETE', 'INSERT', 'SELECT']],
    ['other', 'public.t', ['INSERT', 'UPDATE']],
    ['ghost', 'public.t', ['INSERT']],
    ['app', 'public', ['USAGE']],
    ['other', 'public', []],
    ['app', 'database', ['CONNECT', 'TEMPORARY']],
    ['app', 'public.gone', []],
  ])('lets %s on %s: %j', (identity, object, privileges) => {
    expect([...declaredPrivileges(nested, identity, object)].toSorted()).toEqual(privileges);
  });

  it.each<[word: string, grant: ReturnType<typeof columnGrant>]>([
    ['SELECT', undefined],
    ['SELECT(id)', { privilege: 'SELECT', columns: ['id'] }],
    ['UPDATE(id, name)', { privilege: 'UPDATE', columns: ['id', 'name'] }],
    [
      'SELECT("Odd, name", "with "" and )",id)',
      { privilege: 'SELECT', columns: ['"Odd, name"', '"with "" and )"', 'id'] },
    ],
  ])('reads %s', (word, grant) => {
    expect(columnGrant(word)).toEqual(grant);
  });

  it('keeps columns apart from the whole table', () => {
    const contract = contractWith('tables: { public.t: { grants: { rw: ["SELECT(id, name)", INSERT] } } }');
    expect([
      declaredColumns(contract, 'app', 'public.t', 'SELECT'),
      declaredColumns(contract, 'app', 'public.t', 'INSERT'),
    ]).toEqual([['id', 'name'], []]);
    expect(declaredPrivileges(contract, 'app', 'public.t').has('SELECT')).toBe(false);
  });

  it('says all options of a membership', () => {
    expect(declaredMemberships(nested, 'app')).toEqual([
      { role: 'inner', inherit: true, set: true, admin: false },
      { role: 'set_only', inherit: false, set: true, admin: false },
    ]);
    expect(declaredMemberships(nested, 'ghost')).toEqual([]);
  });

  it('lists identities of a kind in the order of the contract', () => {
    expect(identitiesOf(nested, 'group')).toEqual(['inner', 'outer', 'set_only']);
  });

  it.each<[rest: string, isolated: boolean]>([
    [
      'tenancy: { setting: a.b, column: c, own: o, other: p, unknown: u, invalid: i }\ntables: { a.b: { row_security: enabled } }',
      true,
    ],
    ['tenancy: { setting: a.b, column: c, own: o, other: p, unknown: u, invalid: i }\ntables: { a.b: {} }', true],
    [
      'tenancy: { setting: a.b, column: c, own: o, other: p, unknown: u, invalid: i }\ntables: { a.b: { rows: all } }',
      false,
    ],
    ['tables: { a.b: { row_security: forced } }', false],
  ])('isolates a table only with tenancy, unless it is shared: %s', (rest, isolated) => {
    expect(isTenantIsolated(contractWith(rest), 'a.b')).toBe(isolated);
    expect(isTenantIsolated(contractWith(rest), 'a.gone')).toBe(false);
  });
});
