import { describe, expect, it } from 'vitest';

import type { Access, Path } from '../../catalog/access/effective-access.ts';
import { contractWith } from '../../testing/contract.ts';
import { promise } from '../../testing/facts.ts';
import { judgeDefaultPrivileges, judgeFuture } from './judge.ts';

const contract = contractWith(
  'schemas: { public: {} }\nfuture: { tables: { rw: [SELECT] }, functions: { PUBLIC: [EXECUTE] } }\n',
);
const path = (via: Path['via'], ...chain: string[]): Path => ({ via, chain, assumed: 'inherited', grantable: false });
const access = (identity: string, privilege: string, ...paths: Path[]): Access => ({
  identity,
  kind: 'table',
  object: 'public.x',
  privilege,
  usable: true,
  paths,
});

describe('default privileges', () => {
  it.each([
    ['what the contract declares', promise('stranger', 'public', 'tables', 'rw', 'SELECT')],
    ['what PUBLIC may have', promise('stranger', null, 'functions', 'PUBLIC', 'EXECUTE')],
    ['the creator’s own', promise('rw', null, 'tables', 'rw', 'DELETE')],
    ['a role outside the contract', promise('stranger', null, 'tables', 'other', 'DELETE')],
    ['a migrator', promise('stranger', null, 'tables', 'admin', 'DELETE')],
    ['what a trial meets', promise('admin', 'public', 'tables', 'rw', 'DELETE')],
    ['what a trial meets everywhere', promise('admin', null, 'tables', 'rw', 'DELETE')],
    ['that a row replaces the default', promise('stranger', null, 'types', '', 'replaces-default')],
  ])('may give %s', (_, fact) => {
    expect(judgeDefaultPrivileges(contract, [fact])).toEqual([]);
  });

  it.each([
    [
      promise('stranger', '"S p"', 'tables', 'rw', 'DELETE'),
      'future tables of stranger in "S p"',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "stranger" IN SCHEMA "S p" REVOKE DELETE ON TABLES FROM "rw";',
    ],
    [
      promise('in x', null, 'types', 'PUBLIC', 'USAGE'),
      'future types of in x everywhere',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "in x" REVOKE USAGE ON TYPES FROM PUBLIC;',
    ],
    [
      promise('admin', 'closed', 'tables', 'app', 'DELETE'),
      'future tables of admin in closed',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" IN SCHEMA closed REVOKE DELETE ON TABLES FROM "app";',
    ],
    [
      promise('admin', null, 'large objects', 'app', 'SELECT'),
      'future large objects of admin everywhere',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" REVOKE SELECT ON LARGE OBJECTS FROM "app";',
    ],
  ])('are found: %#', (fact, object, remedy) => {
    expect(judgeDefaultPrivileges(contract, [fact])).toMatchObject([
      { code: 'future-object-exposed', object, identity: fact.role, access: fact.property, remedy },
    ]);
  });
});

describe('what default privileges give can be declared instead', () => {
  it('beside what is declared, for whom the contract knows', () => {
    const declare = (...facts: ReturnType<typeof promise>[]) => judgeDefaultPrivileges(contract, facts)[0]?.declare;
    expect(declare(promise('stranger', 'public', 'tables', 'rw', 'DELETE'))).toBe(
      'future:\n  tables:\n    rw:\n      - SELECT\n      - DELETE',
    );
    expect(declare(promise('in x', null, 'types', 'PUBLIC', 'USAGE'))).toBe(
      'future:\n  types:\n    PUBLIC:\n      - USAGE',
    );
    expect(declare(promise('admin', null, 'large objects', 'app', 'SELECT'))).toBeUndefined();
  });
});

describe('a trial', () => {
  const judge = (one: Access, ...facts: ReturnType<typeof promise>[]) =>
    judgeFuture(contract, [{ kind: 'table', schema: 'public', migrator: 'admin', access: [one] }], facts).map(
      ({ remedy }) => remedy,
    );

  it('names the schema where the default was granted for it', () => {
    const found = access('app', 'DELETE', path('direct', 'app', 'rw'));
    const everywhere = 'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" REVOKE DELETE ON TABLES FROM "rw";';
    expect(
      judge(
        found,
        promise('admin', 'public', 'tables', 'rw', 'DELETE'),
        promise('admin', 'other', 'tables', 'rw', 'DELETE'),
      ),
    ).toEqual(['ALTER DEFAULT PRIVILEGES FOR ROLE "admin" IN SCHEMA public REVOKE DELETE ON TABLES FROM "rw";']);
    expect(judge(found, promise('admin', null, 'tables', 'rw', 'DELETE'))).toEqual([everywhere]);
    expect(judge(found)).toEqual([everywhere]);
  });

  it('does not count what a predefined role reaches', () => {
    expect(judge(access('app', 'DELETE', path('predefined-role', 'app', 'pg_write_all_data')))).toEqual([]);
  });
});
