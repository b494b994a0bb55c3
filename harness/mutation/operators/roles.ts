import { headOf } from '../head.ts';
import type { Mutant, MutationState, Operator } from '../mutant.ts';
import { idOf, onDatabase, roleSql, settingName, settingSql } from '../sql-text.ts';

const powers = ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'login'];

/** Roles that can do more by themselves, or log in with settings that decide for them. */
export const roles: Operator[] = [
  {
    name: 'role-attribute',
    about:
      'Gives a role an attribute it must not have: to be superuser, to pass row security, to make roles, to log in.',
    mutants: attributes,
  },
  {
    name: 'no-inherit',
    takes: true,
    about: 'Takes INHERIT from a role: what its groups have no longer reaches it, now or with its next membership.',
    mutants: noInherit,
  },
  {
    name: 'role-setting',
    about:
      'Lets a login begin with a setting that decides for it: row_security, search_path, or a tenant it never chose.',
    mutants: roleSettings,
  },
  {
    name: 'database-setting',
    about: 'Lets every login of the database begin with a setting that decides for it.',
    mutants: databaseSettings,
  },
];

function attributes(state: MutationState): Mutant[] {
  const head = headOf(state);
  return head.identities.flatMap((role) =>
    powers
      .filter((attribute) => !head.has('role', role, '', attribute))
      .map((attribute) =>
        attributeMutant('role-attribute', role, attribute, `${role} has ${attribute.toUpperCase()}.`),
      ),
  );
}

function noInherit(state: MutationState): Mutant[] {
  const head = headOf(state);
  return head.identities
    .filter((role) => head.has('role', role, '', 'inherit'))
    .map((role) => ({
      ...attributeMutant('no-inherit', role, 'noinherit', `${role} has NOINHERIT.`),
      id: idOf('no-inherit', role),
    }));
}

function attributeMutant(operator: string, role: string, attribute: string, says: string): Mutant {
  return {
    id: idOf(operator, role, attribute.toUpperCase()),
    operator,
    object: role,
    identity: role,
    says,
    sql: `alter role ${roleSql(role)} ${attribute};`,
    isolation: 'transaction',
  };
}

function roleSettings(state: MutationState): Mutant[] {
  const head = headOf(state);
  return head.logins.flatMap((role) =>
    settingsOf(state)
      .filter(([name]) => !head.has('setting', 'database', role, name))
      .map(([name, value]) => ({
        id: idOf('role-setting', name, role),
        operator: 'role-setting',
        object: name,
        identity: role,
        says: `${role} begins with ${name} = ${value}.`,
        sql: `${onDatabase(`alter role ${roleSql(role)} in database`, `set ${settingName(name)} = ${settingSql(name, value)}`)};`,
        isolation: 'login',
        undo: `${onDatabase(`alter role ${roleSql(role)} in database`, `reset ${settingName(name)}`)};`,
      })),
  );
}

function databaseSettings(state: MutationState): Mutant[] {
  const head = headOf(state);
  return settingsOf(state)
    .filter(([name]) => !head.has('setting', 'database', '', name))
    .map(([name, value]) => ({
      id: idOf('database-setting', name),
      operator: 'database-setting',
      object: name,
      identity: '',
      says: `Every login begins with ${name} = ${value}.`,
      sql: `${onDatabase('alter database', `set ${settingName(name)} = ${settingSql(name, value)}`)};`,
      isolation: 'login',
      undo: `${onDatabase('alter database', `reset ${settingName(name)}`)};`,
    }));
}

function settingsOf({ contract }: MutationState): [name: string, value: string][] {
  const tenancy = contract.tenancy;
  return [
    ['row_security', 'off'],
    ['search_path', 'pg_temp, public'],
    ...(tenancy === undefined ? [] : [[tenancy.setting, tenancy.own] as [string, string]]),
  ];
}
