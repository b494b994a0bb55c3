import { describe, expect, it } from 'vitest';

import { minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';
import { productionMigrator } from './migrator.ts';
import { parseContract } from './parse-contract.ts';

/** The minimal contract with a migrator other than admin. */
const contract = (rest: string, identity = 'admin') => `${minimal.replace('admin:', `${identity}:`)}${rest}`;
const migratorOf = (rest: string, identity?: string) => {
  const asked = productionMigrator(parseContract('c.yaml', contract(rest, identity)).contract);
  return asked === undefined ? undefined : { ...asked, profile: asked.profile.name };
};

describe('who migrates in production', () => {
  it('is nobody in a contract that does not say so', () => {
    expect(migratorOf('')).toBeUndefined();
  });

  it('is by default the identity of kind migrator, with what the admin of the platform has', () => {
    expect(migratorOf('migrator: {}')).toEqual({
      role: 'admin',
      attributes: ['LOGIN', 'INHERIT', 'CREATEROLE', 'CREATEDB'],
      memberOf: [],
      administers: [],
      profile: 'stock',
    });
    expect(migratorOf('platform: rds\nmigrator: {}')).toMatchObject({
      memberOf: ['rds_superuser'],
      administers: ['rds_superuser'],
      profile: 'rds',
    });
    expect(migratorOf('platform: rds\nmigrator: { platform: stock, attributes: [LOGIN], member_of: [x] }')).toEqual({
      role: 'admin',
      attributes: ['LOGIN'],
      memberOf: ['x'],
      administers: [],
      profile: 'stock',
    });
  });

  it('is the platform’s admin where that identity is the superuser there, or who migrations run as', () => {
    expect(migratorOf('migrator: {}', 'postgres')).toMatchObject({ role: 'admin' });
    expect(migratorOf('migrator: { platform: cloudsql }', 'postgres')).toMatchObject({ role: 'postgres' });
    const text = contract('migrator: { platform: neon }').replace('{ folder: migrations }', '{ folder: m, as: admin }');
    expect(productionMigrator(parseContract('c.yaml', text).contract)!.role).toBe('neondb_owner');
  });

  it.each([
    [
      'migrator: { attributes: [LOGIN, SUPERUSER] }',
      '8: migrator.attributes: with SUPERUSER it is what head is built as anyway',
    ],
    [
      'migrator: { role: rdsadmin, platform: rds }',
      '8: migrator.role: rdsadmin is the superuser of Amazon RDS for PostgreSQL: name the role that you get there',
    ],
    [
      'migrator: { role: rds_iam, platform: rds }',
      '8: migrator.role: rds_iam is a role of Amazon RDS for PostgreSQL itself: name the one that you get',
    ],
    [
      'migrator: { role: app }',
      '8: migrator.role: app is an identity of kind login: name one of kind migrator or platform',
    ],
  ])('cannot be: %s', (rest, fault) => {
    expect(faultsOf(contract(rest))).toEqual([expect.stringContaining(fault.replace(/^\d+: /, ''))]);
  });

  it('cannot be who provisioning makes first', () => {
    const text = contract('migrator: { role: admin }').replace('{ folder: migrations }', '{ folder: m, as: admin }');
    expect(faultsOf(text)).toEqual([
      expect.stringContaining(
        'migrator.role: admin is made by provisioning (migrations.as): name the role that runs provisioning',
      ),
    ]);
  });
});
