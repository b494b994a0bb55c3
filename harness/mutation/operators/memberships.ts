import { roleOf } from '../../catalog/fact.ts';
import { type RoleName, sql, type SqlText } from '../../common/sql.ts';
import { headIndex, type HeadIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { roleSql } from '../sql-text.ts';

/** Predefined roles that read, write or run programs without any grant, and the version that introduced them. */
const predefined: Record<string, number> = {
  pg_read_all_data: 14,
  pg_write_all_data: 14,
  pg_read_server_files: 14,
  pg_write_server_files: 14,
  pg_execute_server_program: 14,
  pg_maintain: 17,
};

/** Undeclared memberships, and further options of declared ones. */
export const memberships: Operator[] = [
  {
    name: 'member-inherit',
    ofRoles: true,
    about: 'Makes a role a member of another, whose privileges it then has without asking.',
    changes: (state) => [
      ...added(state, state.major >= 16 ? 'with inherit true, set true' : '', 'has what it has'),
      ...pairs(state, predefinedRoles(state.major)).map((pair) => membership(pair, '', 'has what it has')),
    ],
  },
  {
    name: 'member-set',
    ofRoles: true,
    about: 'Makes a role a member for SET ROLE alone: every has_*_privilege function says no, and SET ROLE says yes.',
    changes: (state) => (state.major >= 16 ? added(state, 'with inherit false, set true', 'may become it') : []),
  },
  {
    name: 'member-admin',
    ofRoles: true,
    about: 'Lets a role make itself and others members of another.',
    changes: (state) => [
      ...added(
        state,
        state.major >= 16 ? 'with admin true, inherit false, set false' : 'with admin option',
        'may make members',
      ),
      ...existing(state),
    ],
  },
  {
    name: 'member-no-inherit',
    ofRoles: true,
    narrowing: true,
    about: 'Lets a declared member inherit nothing: what it needs is there only after SET ROLE, which no service does.',
    changes: notInherited,
  },
];

function predefinedRoles(major: number): string[] {
  return Object.keys(predefined).filter((role) => predefined[role]! <= major);
}

function added(state: MutationState, options: string, does: string): Change[] {
  const head = headIndex(state);
  const roles = [...head.identities, ...head.migrators].filter(
    (role) => state.contract.identities[role]!.kind !== 'login',
  );
  return pairs(state, roles).map((pair) => membership(pair, options, does));
}

/** Pairs of a role and an identity that would be a new membership without a circle. */
function pairs(state: MutationState, roles: readonly RoleName[]): [role: RoleName, member: RoleName][] {
  const head = headIndex(state);
  const within = new Map(roles.map((role) => [role, groupsOf(head, role)]));
  return roles.flatMap((role) =>
    head.identities
      .filter((member) => !within.get(role)!.has(member) && !head.has('membership', role, member, 'member'))
      .map((member): [RoleName, RoleName] => [role, member]),
  );
}

/** The role and every role that it is in, at any depth. */
function groupsOf(head: HeadIndex, role: RoleName): Set<RoleName> {
  const groups = new Set([role]);
  for (const group of groups) {
    for (const fact of head.facts('membership').filter((one) => one.role === group)) {
      groups.add(roleOf(fact));
    }
  }
  return groups;
}

function membership([role, member]: readonly [RoleName, RoleName], options: SqlText, does: string): Change {
  return {
    object: role,
    identity: member,
    description: `${member} is a member of ${role} and ${does}.`,
    sql: sql`grant ${roleSql(role)} to ${roleSql(member)}${options === '' ? '' : sql` ${options}`};`,
  };
}

function existing(state: MutationState): Change[] {
  const head = headIndex(state);
  const given = head.facts('membership').filter(({ role }) => head.identities.includes(role));
  const admins = new Set(
    given.filter(({ detail }) => detail['admin'] === true).map(({ object, role }) => `${object}\t${role}`),
  );
  const others = new Map(given.map((fact) => [`${fact.object}\t${fact.role}`, [roleOf(fact), fact.role] as const]));
  return [...others]
    .filter(([key]) => !admins.has(key))
    .map(([, pair]) => membership(pair, 'with admin option', 'may make members'));
}

function notInherited(state: MutationState): Change[] {
  const head = headIndex(state);
  const inherited =
    state.major < 16
      ? []
      : head
          .facts('membership')
          .filter(({ role, detail }) => head.identities.includes(role) && detail['inherit'] === true);
  return inherited.map((fact) => {
    const { object, role, detail } = fact;
    const grantor = String(detail['grantor']);
    const severally = inherited.filter((other) => other.object === object && other.role === role).length > 1;
    return {
      ...membership([roleOf(fact), role], sql`with inherit false granted by ${roleSql(grantor)}`, 'inherits nothing'),
      details: severally ? [grantor] : [],
    };
  });
}
