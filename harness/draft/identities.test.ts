import { describe, expect, it } from 'vitest';

import type { Fact } from '../catalog/fact.ts';
import { draftIdentities } from './identities.ts';
import { draftObjects } from './objects.ts';

const fact = (
  kind: Fact['kind'],
  object: string,
  property: string,
  role = '',
  detail: Fact['detail'] = {},
  more: Partial<Fact> = {},
): Fact => ({ kind, object, role, property, detail, ...more });
const role = (name: string, ...attributes: string[]) =>
  ['exists', ...attributes].map((attribute) => fact('role', name, attribute));
const granted = { grantor: 'postgres', grantable: false };

const facts: Fact[] = [
  ...role('postgres', 'superuser', 'inherit', 'login'),
  ...role('pg_monitor'),
  ...role('app', 'inherit', 'login'),
  ...role('app_rw', 'inherit'),
  ...role('door', 'inherit', 'bypassrls'),
  fact('membership', 'app_rw', 'member', 'app', { grantor: 'postgres', admin: false, inherit: true, set: true }),
  fact('membership', 'app_rw', 'member', 'door', { grantor: 'postgres', admin: false, inherit: false, set: true }),
  fact('database', 'database', 'CONNECT', 'PUBLIC', granted),
  fact('schema', 'public', 'owner', 'pg_database_owner'),
  fact('schema', 'public', 'USAGE', 'PUBLIC', granted),
  fact('table', 'public.t', 'owner', 'postgres'),
  fact('table', 'public.t', 'SELECT', 'app_rw', granted),
  fact('table', 'public.t', 'SELECT', 'postgres', granted),
  fact('column', 'public.t.name', 'UPDATE', 'app_rw', granted),
  fact('table', 'public.t', 'row-security', '', { enabled: true, forced: false }),
  fact(
    'policy',
    'public.t',
    'policy own',
    '',
    { command: 'ALL', permissive: true, roles: ['PUBLIC'], using: 'true' },
    { policy: 'own' },
  ),
  fact('function', 'door.f()', 'owner', 'door'),
  fact('function', 'door.f()', 'EXECUTE', 'door', granted),
  fact('function', 'door.f()', 'EXECUTE', 'app_rw', granted),
  fact('function', 'door.f()', 'security-definer', '', { body: 'ab', returns: 'integer', search_path: 'pg_catalog' }),
  fact('function', 'public.citext(text)', 'owner', 'postgres', { extension: 'citext' }),
];

describe('the identities of a draft', () => {
  const { identities } = draftIdentities(facts);

  it('are told apart by what they do', () => {
    expect(Object.fromEntries(Object.entries(identities).map(([name, { kind }]) => [name, kind]))).toEqual({
      postgres: 'migrator',
      app: 'login',
      app_rw: 'group',
      door: 'definer',
    });
  });

  it('have the attributes that are not usual, and memberships with their options', () => {
    expect(identities['app']).toEqual({ kind: 'login', member_of: ['app_rw'] });
    expect(identities['door']).toEqual({
      kind: 'definer',
      attributes: ['INHERIT', 'BYPASSRLS'],
      member_of: [{ role: 'app_rw', inherit: false, set: true, admin: false }],
    });
  });

  it('tell of a login that owns tables', () => {
    const owned = facts.map((one) =>
      one.object === 'public.t' && one.property === 'owner' ? { ...one, role: 'app' } : one,
    );
    expect(draftIdentities(owned).unsure).toEqual([
      'app logs in and owns tables: row security does not hold for an owner unless it is forced.',
    ]);
  });
});

describe('the objects of a draft', () => {
  const objects = draftObjects(facts, draftIdentities(facts).identities);

  it('have their grants, and those of the owner are left out', () => {
    expect(objects.tables['public.t']).toEqual({
      grants: { app_rw: ['SELECT', 'UPDATE(name)'] },
      row_security: 'enabled',
      policies: { own: { using: 'true' } },
    });
    expect(objects.schemas).toEqual({ public: { grants: { PUBLIC: ['USAGE'] } } });
    expect(objects.database).toEqual({ grants: { PUBLIC: ['CONNECT'] } });
  });

  it('say of a definer function who owns it, and what it does', () => {
    expect(objects.functions).toEqual({
      'door.f()': {
        owner: 'door',
        grants: { app_rw: ['EXECUTE'] },
        security: 'definer',
        search_path: 'pg_catalog',
        body_sha256: 'ab',
        returns: 'integer',
      },
    });
  });

  it('name the extensions, whose own objects are left out', () => {
    expect(objects.extensions).toEqual(['citext']);
  });

  it('say what PostgreSQL gives away of tomorrow’s', () => {
    expect(objects.future).toEqual({ functions: { PUBLIC: ['EXECUTE'] }, types: { PUBLIC: ['USAGE'] } });
  });
});
