import { describe, expect, it } from 'vitest';

import { effectiveAccess, type Access } from './effective-access.ts';
import type { Fact, FactKind } from '../fact.ts';

const role = (object: string, ...attributes: string[]): Fact[] =>
  ['exists', ...attributes].map((property) => ({ kind: 'role', object, role: '', property, detail: {} }));
const member = (group: string, who: string, inherit: boolean, set: boolean, grantor = 'postgres'): Fact => ({
  kind: 'membership',
  object: group,
  role: who,
  property: 'member',
  detail: { grantor, admin: false, inherit, set },
});
const grant = (kind: FactKind, object: string, who: string, property: string, grantable = false): Fact => ({
  kind,
  object,
  role: who,
  property,
  detail: { grantor: 'postgres', grantable },
});
const owner = (kind: FactKind, object: string, who: string): Fact => ({
  kind,
  object,
  role: who,
  property: 'owner',
  detail: {},
});

const base: Fact[] = [
  ...role('postgres', 'superuser', 'bypassrls'),
  ...role('app_user'),
  ...role('app_rw'),
  ...role('app_admin', 'bypassrls'),
  owner('database', 'database', 'postgres'),
  owner('schema', 'public', 'postgres'),
  owner('table', 'public.t', 'postgres'),
  grant('schema', 'public', 'PUBLIC', 'USAGE'),
  grant('table', 'public.t', 'postgres', 'SELECT'),
  grant('table', 'public.t', 'app_rw', 'SELECT'),
];

const accessesTo = (facts: Fact[], object: string, identity = 'app_user') =>
  effectiveAccess(facts, [identity]).filter((access) => access.object === object);
const chains = (accesses: Access[]) =>
  accesses.map(
    ({ privilege, paths }) =>
      `${privilege} ${paths.map(({ assumed, chain }) => `${assumed} ${chain.join('>')}`).join(', ')}`,
  );

describe('the owner of the database', () => {
  const owned = (detail: Fact['detail']) => [
    ...role('dba'),
    { ...owner('database', 'database', 'dba'), detail },
    owner('schema', 'public', 'dba'),
    grant('schema', 'public', 'pg_database_owner', 'CREATE'),
  ];
  const assumed = (facts: Fact[]) =>
    effectiveAccess(facts, ['dba'])
      .find(({ privilege }) => privilege === 'CREATE')!
      .paths.map((path) => path.assumed);

  it('inherits from pg_database_owner', () => {
    expect(assumed(owned({}))).toEqual(['inherited']);
  });

  it('has to assume it where the server says so, as before PostgreSQL 16 with NOINHERIT', () => {
    expect(assumed(owned({ inherits_pg_database_owner: false }))).toEqual(['set-role']);
  });
});

describe('memberships', () => {
  it('inherits through links that all inherit', () => {
    expect(chains(accessesTo([...base, member('app_rw', 'app_user', true, true)], 'public.t'))).toEqual([
      'SELECT inherited app_user>app_rw',
    ]);
  });

  it('needs SET ROLE where a link does not inherit, and gets nothing where it has neither', () => {
    expect(chains(accessesTo([...base, member('app_rw', 'app_user', false, true)], 'public.t'))).toEqual([
      'SELECT set-role app_user>app_rw',
    ]);
    expect(accessesTo([...base, member('app_rw', 'app_user', false, false)], 'public.t')).toEqual([]);
  });

  it('adds up what several grantors gave', () => {
    const facts = [
      ...base,
      member('app_rw', 'app_user', false, true, 'a'),
      member('app_rw', 'app_user', true, false, 'b'),
    ];
    expect(chains(accessesTo(facts, 'public.t'))).toEqual(['SELECT inherited app_user>app_rw']);
  });

  it('survives a circle that no server would allow', () => {
    const facts = [...base, member('app_rw', 'app_user', true, true), member('app_user', 'app_rw', true, true)];
    expect(chains(accessesTo(facts, 'public.t'))).toEqual(['SELECT inherited app_user>app_rw']);
  });

  it('makes the owner of the database a member of pg_database_owner', () => {
    const others = base.filter(({ kind }) => kind !== 'database');
    const facts = [...others, owner('database', 'database', 'app_user'), owner('schema', 'own', 'pg_database_owner')];
    expect(chains(accessesTo(facts, 'own'))).toEqual(['OWNER inherited app_user>pg_database_owner']);
  });
});

describe('attributes', () => {
  it('are never inherited, only reached by SET ROLE', () => {
    expect(accessesTo([...base, member('app_admin', 'app_user', true, false)], 'app_admin')).toEqual([]);
    expect(accessesTo([...base, member('app_admin', 'app_user', true, true)], 'app_admin')).toEqual([
      {
        identity: 'app_user',
        kind: 'role',
        object: 'app_admin',
        privilege: 'BYPASSRLS',
        usable: true,
        paths: [{ via: 'direct', chain: ['app_user', 'app_admin'], assumed: 'set-role', grantable: false }],
      },
    ]);
  });

  it('of a superuser say everything', () => {
    expect(effectiveAccess(base, ['postgres']).map(({ object, privilege }) => `${object} ${privilege}`)).toEqual([
      'postgres BYPASSRLS',
      'postgres SUPERUSER',
    ]);
  });
});

describe('columns', () => {
  const column = (who: string, grantable = false) => grant('column', 'public.t."i.d"', who, 'SELECT', grantable);

  it('are told where the whole table is not had by the same role', () => {
    expect(accessesTo([...base, column('app_user')], 'public.t."i.d"')[0]?.paths).toEqual([
      {
        via: 'column',
        chain: ['app_user'],
        assumed: 'inherited',
        grantor: 'postgres',
        grantable: false,
        columns: ['"i.d"'],
      },
    ]);
    expect(accessesTo([...base, column('app_rw')], 'public.t."i.d"', 'app_rw')).toEqual([]);
    expect(accessesTo([...base, column('app_rw', true)], 'public.t."i.d"', 'app_rw')).toHaveLength(1);
  });
});

describe('usable', () => {
  const shut = base.filter(({ kind }) => kind !== 'schema');
  const usage = (who: string) => grant('schema', 'public', who, 'USAGE');

  it('needs USAGE on the schema', () => {
    expect(accessesTo(shut, 'public.t', 'app_rw')[0]?.usable).toBe(false);
    expect(accessesTo([...shut, usage('app_rw')], 'public.t', 'app_rw')[0]?.usable).toBe(true);
  });

  it('needs it as the same role that has the privilege', () => {
    const facts = [...shut, member('app_rw', 'app_user', false, true)];
    expect(accessesTo([...facts, usage('app_user')], 'public.t')[0]?.usable).toBe(false);
    expect(accessesTo([...facts, usage('app_rw')], 'public.t')[0]?.usable).toBe(true);
  });
});

describe('effectiveAccess', () => {
  it('synthesises what predefined roles may do', () => {
    const facts = [...base, member('pg_read_all_data', 'app_user', true, true)];
    const found = effectiveAccess(facts, ['app_user']).map(
      ({ object, privilege, paths }) => `${object} ${privilege} ${paths.map(({ via }) => via).join()}`,
    );
    expect(found).toEqual(['public USAGE public,predefined-role', 'public.t SELECT predefined-role']);
  });

  it('gives nobody but superusers writes to a catalog', () => {
    const catalog = ['table', 'pg_catalog.pg_authid'] as const;
    const facts = [...base, owner(...catalog, 'postgres'), grant(...catalog, 'app_user', 'UPDATE')];
    const writer = member('pg_write_all_data', 'app_user', true, true);
    expect(accessesTo([...facts, writer], catalog[1])).toEqual([]);
    expect(chains(accessesTo([...facts, grant(...catalog, 'app_user', 'SELECT')], catalog[1]))).toEqual([
      'SELECT inherited app_user',
    ]);
  });

  it('knows that a write to a column of a catalog is not among them', () => {
    const catalog = ['table', 'pg_catalog.pg_authid'] as const;
    const facts = [
      ...base,
      owner(...catalog, 'postgres'),
      grant(...catalog, 'app_user', 'UPDATE'),
      grant('column', 'pg_catalog.pg_authid.rolname', 'app_user', 'UPDATE'),
    ];
    expect(accessesTo(facts, 'pg_catalog.pg_authid.rolname')).toHaveLength(1);
  });

  it('is not taken in by the name of a role', () => {
    expect(effectiveAccess([...base, member('constructor', 'app_user', true, true)], ['app_user'])).toHaveLength(1);
  });

  it('tells PUBLIC from those who are part of it, and gives the owner its own path', () => {
    const u = ['table', 'public.u'] as const;
    const facts = [
      ...base,
      owner(...u, 'app_user'),
      grant(...u, 'app_user', 'SELECT'),
      grant(...u, 'PUBLIC', 'SELECT'),
    ];
    expect(chains(accessesTo(facts, 'public.u', 'PUBLIC'))).toEqual(['SELECT inherited PUBLIC']);
    const [owns, select] = accessesTo(facts, 'public.u');
    expect(owns).toMatchObject({ privilege: 'OWNER', paths: [{ via: 'owner', grantable: true }] });
    expect(select?.paths.map(({ via, chain }) => [via, ...chain])).toEqual([
      ['owner', 'app_user'],
      ['public', 'app_user', 'PUBLIC'],
    ]);
  });

  it('gives a role that is not there nothing, not even what is PUBLIC', () => {
    expect(effectiveAccess(base, ['ghost'])).toEqual([]);
  });

  it('does not count promises about future objects', () => {
    const promise = grant('default-privileges', 'postgres in public tables', 'app_user', 'SELECT');
    expect(effectiveAccess([...base, promise], ['app_user'])).toHaveLength(1);
  });
});
