import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { sha256 } from '../../common/digest.ts';
import { minimal } from '../../testing/contract.ts';
import { about, member, role, roles } from '../../testing/facts.ts';
import { parseContract } from '../../contract/parse-contract.ts';
import { findingKey } from '../../findings/finding.ts';
import { judgeRoles, roleRows } from './roles.ts';

const contract = parseContract(
  'c.yaml',
  minimal
    .replace('member_of: [rw]', 'member_of: [rw, { role: extra, inherit: false }], settings: { search_path: public }')
    .replace('rw: {', 'extra: { kind: group, attributes: [INHERIT, BYPASSRLS] }, rw: {'),
).contract;
const setting = (who: string, name: string, value: string, where = 'cluster'): Fact =>
  about('setting', where, name, { value }, who);
const asDeclared = [
  ...roles,
  ...role('extra', 'inherit', 'bypassrls'),
  member('extra', 'app', { inherit: false }),
  setting('app', 'search_path', 'public'),
];
const without = (gone: (fact: Fact) => boolean, ...more: Fact[]) =>
  judgeRoles(contract, [...asDeclared.filter((fact) => !gone(fact)), ...more], 'live');
const never = () => false;

describe('roles', () => {
  it('that migrate elsewhere may be missing, with what they are members of, but not all that migrate', () => {
    const two = parseContract(
      'c.yaml',
      minimal.replace(
        'rw: {',
        'here: { kind: migrator }, production: { kind: migrator, member_of: [{ role: rw, admin: true }] }, rw: {',
      ),
    ).contract;
    const facts = [...roles, ...role('here')];
    expect(judgeRoles(two, facts, 'live').map(({ code, object }) => `${code} ${object}`)).toEqual([]);
    const isMigrator = ({ object }: Fact) => two.identities[object]?.kind === 'migrator';
    const none = judgeRoles(
      two,
      roles.filter((fact) => !isMigrator(fact)),
      'live',
    );
    expect(new Set(none.map(({ code }) => code))).toEqual(new Set(['missing-role']));
    expect(none.map(({ object }) => object)).toEqual(expect.arrayContaining(['here', 'production']));
  });

  it('as declared give no finding', () => {
    expect(judgeRoles(contract, asDeclared, 'live')).toEqual([]);
  });

  it.each<[what: string, found: ReturnType<typeof judgeRoles>, code: string, message: string, remedy: string]>([
    [
      'one that is not there',
      without(({ kind, object }) => kind === 'role' && object === 'rw'),
      'missing-role',
      'the role rw does not exist',
      'CREATE ROLE "rw";',
    ],
    [
      'an attribute too many',
      without(never, about('role', 'app', 'createdb', {})),
      'undeclared-attribute',
      'app has CREATEDB, which the contract does not declare',
      'ALTER ROLE "app" NOCREATEDB;',
    ],
    [
      'an attribute too few',
      without(({ object, property }) => object === 'extra' && property === 'bypassrls'),
      'missing-attribute',
      'extra lacks BYPASSRLS, which the contract declares',
      'ALTER ROLE "extra" BYPASSRLS;',
    ],
    [
      'a membership nobody declared',
      without(never, member('rw', 'intruder')),
      'undeclared-membership',
      'intruder is a member of rw (INHERIT true, SET true, ADMIN false; granted by postgres), which the contract does not declare',
      'REVOKE "rw" FROM "intruder" GRANTED BY "postgres";',
    ],
    [
      'a membership that the migrator granted',
      without(never, member('rw', 'intruder', {}, 'admin')),
      'undeclared-membership',
      'intruder is a member of rw (INHERIT true, SET true, ADMIN false; granted by admin), which the contract does not declare',
      'REVOKE "rw" FROM "intruder";',
    ],
    [
      'two options too many of a membership that is declared',
      judgeRoles(
        contract,
        asDeclared.map((fact) =>
          fact.kind === 'membership' && fact.object === 'extra'
            ? member('extra', 'app', { admin: true }, 'admin')
            : fact,
        ),
        'live',
      ),
      'undeclared-membership',
      'app is a member of extra with INHERIT, ADMIN (INHERIT true, SET true, ADMIN true; granted by admin), which the contract does not declare',
      'REVOKE INHERIT OPTION FOR "extra" FROM "app"; REVOKE ADMIN OPTION FOR "extra" FROM "app";',
    ],
    [
      'an option nobody declared, by another grantor',
      without(never, member('extra', 'app', { inherit: true, set: false }, 'boss')),
      'undeclared-membership',
      'app is a member of extra with INHERIT (INHERIT true, SET true, ADMIN false; granted by boss, postgres), which the contract does not declare',
      'REVOKE INHERIT OPTION FOR "extra" FROM "app" GRANTED BY "boss";',
    ],
    [
      'a membership that is not there',
      without(({ kind, object }) => kind === 'membership' && object === 'rw'),
      'missing-membership',
      'app is not a member of rw with INHERIT, SET, as the contract declares',
      'GRANT "rw" TO "app";',
    ],
    [
      'another value of a setting',
      without(({ kind }) => kind === 'setting', setting('app', 'search_path', 'evil, public')),
      'undeclared-setting',
      'app has the setting search_path = evil, public, which the contract does not declare',
      'ALTER ROLE "app" SET search_path = public;',
    ],
    [
      'a setting in this database',
      without(never, setting('rw', 'app.tenant', '1', 'database')),
      'undeclared-setting',
      'rw has the setting app.tenant = 1, which the contract does not declare',
      'ALTER ROLE "rw" IN DATABASE "live" RESET app.tenant;',
    ],
    [
      'a setting for everyone',
      without(never, setting('', 'row_security', 'off', 'database')),
      'undeclared-setting',
      'every role of the database has the setting row_security = off, which the contract does not declare',
      'ALTER DATABASE "live" RESET row_security;',
    ],
    [
      'a setting for everyone in the cluster',
      without(never, setting('', 'row_security', 'off')),
      'undeclared-setting',
      'every role of the cluster has the setting row_security = off, which the contract does not declare',
      'ALTER ROLE ALL RESET row_security;',
    ],
    [
      'a setting that is not there',
      without(({ kind }) => kind === 'setting'),
      'missing-setting',
      'app lacks the setting search_path = public, which the contract declares',
      'ALTER ROLE "app" SET search_path = public;',
    ],
  ])('see %s', (_, found, code, message, remedy) => {
    expect(found.map((one) => [one.code, one.message, one.remedy])).toEqual([[code, message, remedy]]);
  });

  it('tell a setting in the cluster from the same in this database', () => {
    const found = without(
      never,
      setting('rw', 'row_security', 'off'),
      setting('rw', 'row_security', 'off', 'database'),
    );
    expect(new Set(found.map(findingKey)).size).toBe(2);
  });

  it('accept a setting of the project’s own by its digest, and no other', () => {
    const hidden = (value: string) => setting('app', 'search_path', `sha256:${sha256(value)}`);
    expect(without(({ kind }) => kind === 'setting', hidden('public'))).toEqual([]);
    expect(without(({ kind }) => kind === 'setting', hidden('evil')).map(({ code }) => code)).toEqual([
      'undeclared-setting',
    ]);
  });

  it('let a migrator have what attributes it likes, and strangers their settings', () => {
    expect(
      without(
        never,
        about('role', 'admin', 'createrole', {}),
        ...role('stranger', 'superuser'),
        setting('stranger', 'work_mem', '1MB'),
      ),
    ).toEqual([]);
  });

  it('of the platform are its own affair, until one of ours has to do with them', () => {
    const managed = parseContract(
      'c.yaml',
      minimal.replace('rw: {', 'rds_admin: { kind: platform }, rds_absent: { kind: platform }, rw: {'),
    ).contract;
    const theirs = [...role('rds_admin', 'superuser', 'createrole'), member('pg_monitor', 'rds_admin')];
    const judge = (...more: Fact[]) =>
      judgeRoles(managed, [...roles, ...theirs, setting('rds_admin', 'work_mem', '1MB'), ...more], 'live');
    expect(judge()).toEqual([]);
    expect(judge(member('rds_admin', 'app')).map(({ code, object, identity }) => [code, object, identity])).toEqual([
      ['undeclared-membership', 'rds_admin', 'app'],
    ]);
  });

  it('are listed in the order of the contract, there or not', () => {
    expect(roleRows(contract, [...role('rw', 'bypassrls', 'inherit'), member('b', 'rw'), member('a', 'rw')])).toEqual([
      { name: 'app', kind: 'login', exists: false, attributes: [], member_of: [] },
      { name: 'extra', kind: 'group', exists: false, attributes: [], member_of: [] },
      { name: 'rw', kind: 'group', exists: true, attributes: ['INHERIT', 'BYPASSRLS'], member_of: ['a', 'b'] },
      { name: 'admin', kind: 'migrator', exists: false, attributes: [], member_of: [] },
    ]);
  });
});
