import { sql, verbatim, type RoleName, type SqlText } from '../../common/sql.ts';
import { filled } from '../../attempts/session-form.ts';
import { tenantSessionsOf, tenantsOf, type TenantRecord } from '../../contract/sessions.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { customName } from '../../contract/vocabulary.ts';
import { headIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { onDatabase, roleSql, settingName, settingSql } from '../sql-text.ts';

const powers = ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'login'].map(verbatim);

/** Roles with more attributes, or with settings that decide for their sessions. */
export const roles: Operator[] = [
  {
    name: 'role-attribute',
    ofRoles: true,
    about:
      'Gives a role an attribute it must not have: to be superuser, to pass row security, to make roles, to log in.',
    changes: attributes,
  },
  {
    name: 'no-inherit',
    ofRoles: true,
    narrowing: true,
    about: 'Takes INHERIT from a role: what its groups have no longer reaches it, now or with its next membership.',
    changes: noInherit,
  },
  {
    name: 'role-setting',
    ofRoles: true,
    about:
      'Lets a login begin with a setting that decides for it: row_security, search_path, or a tenant it never chose.',
    changes: roleSettings,
  },
  {
    name: 'database-setting',
    ofRoles: true,
    about: 'Lets every login of the database begin with a setting that decides for it.',
    changes: databaseSettings,
  },
];

function attributes(state: MutationState): Change[] {
  const head = headIndex(state);
  return head.identities.flatMap((role) =>
    powers
      .filter((attribute) => !head.has('role', role, '', attribute))
      .map((attribute) => ({ ...altered(role, attribute), details: [attribute.toUpperCase()] })),
  );
}

function noInherit(state: MutationState): Change[] {
  const head = headIndex(state);
  return head.identities
    .filter((role) => head.has('role', role, '', 'inherit'))
    .map((role) => altered(role, verbatim('noinherit')));
}

function altered(role: RoleName, attribute: SqlText): Change {
  return {
    identity: role,
    description: `${role} has ${attribute.toUpperCase()}.`,
    sql: sql`alter role ${roleSql(role)} ${attribute};`,
  };
}

function roleSettings(state: MutationState): Change[] {
  const head = headIndex(state);
  return head.logins.flatMap((role) =>
    settingsOf(state)
      .filter(([name]) => !head.has('setting', 'database', role, name))
      .map(([name, value]) => ({
        object: name,
        identity: role,
        description: `${role} begins with ${name} = ${value}.`,
        sql: sql`${onDatabase(sql`alter role ${roleSql(role)} in database`, sql`set ${settingName(name)} = ${settingSql(name, value)}`)};`,
        undo: sql`${onDatabase(sql`alter role ${roleSql(role)} in database`, sql`reset ${settingName(name)}`)};`,
      })),
  );
}

function databaseSettings(state: MutationState): Change[] {
  const head = headIndex(state);
  return settingsOf(state)
    .filter(([name]) => !head.has('setting', 'database', '', name))
    .map(([name, value]) => ({
      object: name,
      description: `Every login begins with ${name} = ${value}.`,
      sql: sql`${onDatabase('alter database', sql`set ${settingName(name)} = ${settingSql(name, value)}`)};`,
      undo: sql`${onDatabase('alter database', sql`reset ${settingName(name)}`)};`,
    }));
}

function settingsOf({ contract }: MutationState): [name: string, value: string][] {
  const tenants = tenantsOf(contract);
  return [
    ['row_security', 'off'],
    ['search_path', 'pg_temp, public'],
    ...(tenants === undefined ? [] : madeBySessions(contract, tenants.own)),
  ];
}

/** Settings of the sessions, with the own tenant's values. */
function madeBySessions(contract: ParsedContract, own: TenantRecord): [name: string, value: string][] {
  const made = tenantSessionsOf(contract).flatMap(({ set }) =>
    Object.entries(set)
      .filter(([name]) => customName.test(name))
      .map(([name, text]) => [name, filled(text, own)] as const),
  );
  return [...new Map(made)];
}
