import { describe, expect, it } from 'vitest';

import type { Access, Path } from '../../catalog/access/effective-access.ts';
import { contractWith } from '../../testing/contract.ts';
import { about, grant } from '../../testing/facts.ts';
import { judgeDefaultPrivileges, judgeFuture } from './judge.ts';

const contract = contractWith(
  'schemas: { public: {} }\nfuture: { tables: { rw: [SELECT] }, functions: { PUBLIC: [EXECUTE] } }\n',
);
const row = (object: string, who: string, privilege: string) => grant('default-privileges', object, who, privilege);
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
    ['what the contract declares', row('stranger in public tables', 'rw', 'SELECT')],
    ['what PUBLIC may have', row('stranger everywhere functions', 'PUBLIC', 'EXECUTE')],
    ['the creator’s own', row('rw everywhere tables', 'rw', 'DELETE')],
    ['a role outside the contract', row('stranger everywhere tables', 'other', 'DELETE')],
    ['a migrator', row('stranger everywhere tables', 'admin', 'DELETE')],
    ['what a trial meets', row('admin in public tables', 'rw', 'DELETE')],
    ['what a trial meets everywhere', row('admin everywhere tables', 'rw', 'DELETE')],
    [
      'that a row replaces the default',
      about('default-privileges', 'stranger everywhere types', 'replaces-default', {}),
    ],
  ])('may give %s', (_, fact) => {
    expect(judgeDefaultPrivileges(contract, [fact])).toEqual([]);
  });

  it.each([
    [
      row('stranger in "S p" tables', 'rw', 'DELETE'),
      'future tables of stranger in "S p"',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "stranger" IN SCHEMA "S p" REVOKE DELETE ON TABLES FROM "rw";',
    ],
    [
      row('"in x" everywhere types', 'PUBLIC', 'USAGE'),
      'future types of in x everywhere',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "in x" REVOKE USAGE ON TYPES FROM PUBLIC;',
    ],
    [
      row('admin in closed tables', 'app', 'DELETE'),
      'future tables of admin in closed',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" IN SCHEMA closed REVOKE DELETE ON TABLES FROM "app";',
    ],
    [
      row('admin everywhere large objects', 'app', 'SELECT'),
      'future large objects of admin everywhere',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" REVOKE SELECT ON LARGE OBJECTS FROM "app";',
    ],
  ])('are found: %#', (fact, object, remedy) => {
    expect(judgeDefaultPrivileges(contract, [fact])).toMatchObject([
      { code: 'future-object-exposed', object, identity: fact.role, access: fact.property, remedy },
    ]);
  });
});

describe('a trial', () => {
  const judge = (one: Access, ...facts: ReturnType<typeof row>[]) =>
    judgeFuture(contract, [{ kind: 'table', schema: 'public', migrator: 'admin', access: [one] }], facts).map(
      ({ remedy }) => remedy,
    );

  it('names the schema where the default was granted for it', () => {
    const found = access('app', 'DELETE', path('direct', 'app', 'rw'));
    const everywhere = 'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" REVOKE DELETE ON TABLES FROM "rw";';
    expect(
      judge(found, row('admin in public tables', 'rw', 'DELETE'), row('admin in other tables', 'rw', 'DELETE')),
    ).toEqual(['ALTER DEFAULT PRIVILEGES FOR ROLE "admin" IN SCHEMA public REVOKE DELETE ON TABLES FROM "rw";']);
    expect(judge(found, row('admin everywhere tables', 'rw', 'DELETE'))).toEqual([everywhere]);
    expect(judge(found)).toEqual([everywhere]);
  });

  it('does not count what a predefined role reaches', () => {
    expect(judge(access('app', 'DELETE', path('predefined-role', 'app', 'pg_write_all_data')))).toEqual([]);
  });
});
