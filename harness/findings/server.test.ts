import { describe, expect, it } from 'vitest';

import type { Fact } from '../catalog/fact.ts';
import { serverNames, type ServerName } from '../contract/servers/server-profile.ts';
import { parseContract } from '../contract/parse-contract.ts';
import { contractWith, minimal } from '../testing/contract.ts';
import { about, member, owner, role } from '../testing/facts.ts';
import { made, serverFacts } from '../testing/managed.ts';
import { leftOutOn, serverOf } from './server.ts';

const contract = contractWith();
const on = (platform: ServerName) => ({ ...contract, platform });
const nameOf = (facts: readonly Fact[]) => serverOf(facts, contract)?.profile.name;
/** Facts without one role and its memberships. */
const without = (facts: readonly Fact[], gone: string) =>
  facts.filter((fact) => fact.object !== gone && fact.role !== gone);

describe('the server that a database runs on', () => {
  it.each(['rds', 'cloudsql', 'alloydb', 'azure', 'supabase', 'neon', 'cloudnativepg', 'crunchy'] as const)(
    '%s is recognised by its roles',
    (name) => {
      expect(nameOf(serverFacts(name))).toBe(name);
    },
  );

  it('aurora is told from rds by what rds has not', () => {
    expect(nameOf([...serverFacts('aurora'), ...role('rdswriteforwarduser')])).toBe('aurora');
    expect(nameOf([...serverFacts('aurora'), owner('extension', 'aurora_stat_utils', 'rdsadmin')])).toBe('aurora');
  });

  it.each([
    ['a role of the name of one of its own alone', role('rds_superuser')],
    ['all of them, and no superuser is the provider’s', [...role('rdsadmin', 'createrole'), ...role('rds_superuser')]],
    ['the superuser alone', role('rdsadmin', 'superuser')],
    ['PostgreSQL as it comes', role('postgres', 'superuser')],
  ])('is recognised by nothing less: %s', (_, facts) => {
    expect(serverOf(facts, contract)).toBeUndefined();
  });

  it.each(serverNames)('is %s where the contract says so, whatever is there', (name) => {
    expect(serverOf([], on(name))).toMatchObject({ profile: { name }, toldBy: 'contract' });
    expect(serverOf(serverFacts('neon'), on(name))!.profile.name).toBe(name);
  });

  it('is recognised beside what a platform brings', () => {
    expect(serverOf(serverFacts('rds'), { ...contract, platform: 'hasura' })!.profile.name).toBe('rds');
  });
});

describe('roles of the provider', () => {
  it('are those of the profile that are there and that the contract does not name', () => {
    const named = contractWith().identities;
    const facts = [...serverFacts('rds'), ...role('rds_own'), ...role('rdsproxyadmin')];
    const server = serverOf(facts, { ...contract, identities: { ...named, rds_iam: named['rw']! } })!;
    expect([...server.roles].toSorted()).toEqual([
      'rds_ad',
      'rds_password',
      'rds_replication',
      'rds_superuser',
      'rdsadmin',
      'rdsproxyadmin',
      'rdsrepladmin',
      'rdstopmgr',
    ]);
    expect([...server.admins]).toEqual(['postgres']);
  });

  it('are not superusers, but for the provider’s own', () => {
    const facts = [...without(serverFacts('rds'), 'rds_iam'), ...role('rds_iam', 'superuser')];
    expect([...serverOf(facts, contract)!.roles]).not.toContain('rds_iam');
  });

  it('the admin has the name that the customer chose, where the provider asks for one, and its superuser made it a member', () => {
    const facts = [
      ...serverFacts('rds', { role: 'boss' }),
      ...role('postgres', 'login', 'createrole'),
      member('rds_superuser', 'postgres', {}, 'boss'),
    ];
    expect([...serverOf(facts, contract)!.admins]).toEqual(['boss']);
    const neon = [
      ...serverFacts('neon'),
      ...role('app', 'createrole'),
      member('neon_superuser', 'app', {}, 'cloud_admin'),
    ];
    expect([...serverOf(neon, contract)!.admins]).toEqual(['neondb_owner']);
  });

  it('the admin is a member of what it is the admin by', () => {
    const facts = [...without(serverFacts('cloudsql'), 'postgres'), ...role('postgres', 'createrole', 'login')];
    expect([...serverOf(facts, contract)!.admins]).toEqual([]);
  });
});

it('what is left out is named once, with the settings, schemas and extensions of the provider', () => {
  const facts = [
    ...serverFacts('neon'),
    ...role('app', 'login', 'inherit'),
    made('app', 'neondb_owner', 'cloud_admin'),
    member('neon_superuser', 'app', {}, 'neondb_owner'),
    owner('schema', 'neon_auth', 'neondb_owner'),
    owner('schema', 'public', 'pg_database_owner'),
    owner('extension', 'neon', 'cloud_admin'),
    owner('extension', 'citext', 'neondb_owner'),
    about('setting', 'cluster', 'neon.x', { value: 'y' }),
    about('setting', 'cluster', 'search_path', { value: 'y' }),
    about('setting', 'cluster', 'work_mem', { value: '1' }, 'cloud_admin'),
  ];
  expect(leftOutOn(serverOf(facts, contract)!, contract, facts)).toEqual({
    name: 'neon',
    title: 'Neon',
    told_by: 'catalog',
    left_out: {
      roles: ['cloud_admin', 'neon_superuser', 'neondb_owner'],
      memberships: [
        'neon_superuser in pg_checkpoint',
        'neon_superuser in pg_create_subscription',
        'neon_superuser in pg_monitor',
        'neon_superuser in pg_read_all_data',
        'neon_superuser in pg_signal_backend',
        'neon_superuser in pg_write_all_data',
        'neondb_owner in app',
        'neondb_owner in neon_superuser',
      ],
      settings: ['neon.x', 'work_mem of cloud_admin'],
      schemas: ['neon_auth'],
      extensions: ['neon'],
    },
  });
});

it('a schema that the contract speaks of is judged', () => {
  const facts = [...serverFacts('supabase'), owner('schema', 'auth', 'supabase_admin'), owner('schema', 'vault', 'x')];
  const spoken = contractWith('schemas: { auth: {} }');
  expect([...serverOf(facts, spoken)!.schemas]).toEqual(['vault']);
});

it.each(serverNames)('%s is a platform that a contract may name', (name) => {
  const text = `${minimal}platform: ${name}\n${name === 'supabase' ? 'tenancy: { own: { user: "1" }, other: { user: "2" }, unknown: { user: "3" } }' : ''}`;
  expect(parseContract('c.yaml', text).contract.platform).toBe(name);
});
