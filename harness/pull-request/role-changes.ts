import { roleOf, type Fact } from '../catalog/fact.ts';
import { powers, rolesHaving } from '../catalog/roles-having.ts';
import type { RoleName } from '../common/sql.ts';
import type { Change, ChangeClass } from './change.ts';
import { membershipClues } from './access-changes.ts';
import type { Reached } from './reached.ts';
import { code, named } from './words.ts';

const ofPower: Record<string, string> = {
  superuser: 'SUPERUSER, and may do everything',
  bypassrls: 'BYPASSRLS: no row-level security holds it',
  createrole: 'CREATEROLE: it may make roles, and change those that it made',
  createdb: 'CREATEDB: it may make databases',
  replication: 'REPLICATION: it may read every row by replication',
};

/** Changes of roles: their attributes, LOGIN, and memberships that give more than access to objects. */
export function roleChanges(base: Reached, head: Reached, told: ReadonlySet<string>): Change[] {
  const roles = [...new Set([...base.roles, ...head.roles])].filter((role) => !role.startsWith('pg_'));
  return [...roles.flatMap((role) => attributes(role, base, head)), ...memberships(base, head, told)];
}

function attributes(role: RoleName, base: Reached, head: Reached): Change[] {
  const changes: Change[] = [];
  const has = (side: Reached, property: string) => rolesHaving(side.facts, property).has(role);
  const [wasThere, isThere] = [base.roles.has(role), head.roles.has(role)];
  const say = (to: ChangeClass, about: Change['about'], words: string, ...clue: string[]) =>
    changes.push({
      class: to,
      about,
      lead: `${code(role)} ${words}`,
      tail: '',
      clues: [
        { verbs: ['alter role', 'alter user', 'create role', 'create user'], names: [role, ...clue] },
        { verbs: ['alter role', 'alter user', 'create role', 'create user', 'drop role', 'drop user'], names: [role] },
      ],
    });
  for (const power of powers) {
    const reach = [...head.accesses].filter(
      (one) => one.kind === 'role' && one.privilege === power.toUpperCase() && roleOf(one) === role,
    );
    const others = reach.map(({ identity }) => identity).filter((one) => one !== role);
    if (!has(base, power) && has(head, power)) {
      const words = `${wasThere ? 'is now' : 'is a new role with'} ${ofPower[power]!}`;
      say('widens', 'power', `${words}${others.length > 0 ? ` (and so by SET ROLE ${named(others)})` : ''}`, power);
    } else if (has(base, power) && !has(head, power) && isThere) {
      say('narrows', 'power', `is no longer ${power.toUpperCase()}`, `no${power}`);
    }
  }
  if (!has(base, 'login') && has(head, 'login')) {
    say('widens', 'write', wasThere ? 'can now log in' : 'is a new role that can log in', 'login');
  } else if (has(base, 'login') && !has(head, 'login')) {
    say('narrows', 'write', isThere ? 'can no longer log in' : 'is gone, and can no longer log in', 'nologin');
  } else if (wasThere && !isThere) {
    say('narrows', 'further', 'is gone');
  }
  if (wasThere && isThere) {
    const [was, is] = [base, head].map((side) => said(side.facts, role, 'valid-until')?.detail['until']);
    if (was !== is) {
      const words = is === undefined ? 'no longer expires' : `expires ${String(is)}`;
      say(was === undefined ? 'narrows' : is === undefined ? 'widens' : 'unclear', 'further', words, 'valid', 'until');
    }
  }
  return changes;
}

function said(facts: readonly Fact[], role: RoleName, property: string): Fact | undefined {
  return facts.find((fact) => fact.kind === 'role' && fact.property === property && roleOf(fact) === role);
}

interface Membership {
  member: RoleName;
  group: RoleName;
  admin: boolean;
  set: boolean;
}

function memberships(base: Reached, head: Reached, told: ReadonlySet<string>): Change[] {
  const [were, are] = [membershipsIn(base.facts), membershipsIn(head.facts)];
  const inPolicies = new Set(
    head.facts.flatMap(({ kind, detail }) =>
      kind === 'policy' && Array.isArray(detail['roles']) ? detail['roles'] : [],
    ),
  );
  const changes: Change[] = [];
  const say = (to: ChangeClass, { member, group }: Membership, words: string, verb: 'grant' | 'revoke') =>
    changes.push({
      class: to,
      about: 'disguise',
      lead: `${code(member)} ${words}`,
      tail: '',
      clues: membershipClues(verb, member, group),
    });
  for (const [key, one] of are) {
    const before = were.get(key);
    const { member, group } = one;
    if (head.superusers.has(member) || !base.roles.has(group)) {
      // What the new group gives is reported as access.
      if (!told.has(key) && one.admin && !head.superusers.has(member)) {
        say('widens', one, `may now give membership of ${code(group)} to others`, 'grant');
      }
      continue;
    }
    if (before === undefined && !told.has(key)) {
      const isServers = group.startsWith('pg_');
      const words = `is now a member of ${code(group)}`;
      if (isServers) {
        say('widens', one, `${words}, and may do what the server lets its members do`, 'grant');
      } else if (inPolicies.has(group)) {
        say('unclear', one, `${words}, whose policies hold for it now`, 'grant');
      } else {
        say('moves', one, `${words}, by which it can do nothing that it could not`, 'grant');
      }
    }
    if (one.admin && before?.admin !== true) {
      say('widens', one, `may now give membership of ${code(group)} to others`, 'grant');
    }
  }
  for (const [key, one] of were) {
    if (!are.has(key) && !told.has(key) && head.roles.has(one.member) && head.roles.has(one.group)) {
      const unclear = inPolicies.has(one.group);
      const words = `is no longer a member of ${code(one.group)}`;
      say(unclear ? 'unclear' : 'narrows', one, unclear ? `${words}, whose policies held for it` : words, 'revoke');
    } else if (one.admin && are.get(key)?.admin === false) {
      say('narrows', one, `may no longer give membership of ${code(one.group)} to others`, 'revoke');
    }
  }
  return changes;
}

function membershipsIn(facts: readonly Fact[]): Map<string, Membership> {
  const found = new Map<string, Membership>();
  for (const fact of facts.filter(({ kind }) => kind === 'membership')) {
    const key = `${fact.role}\t${roleOf(fact)}`;
    const { admin, set } = fact.detail;
    const known = found.get(key);
    found.set(key, {
      member: fact.role,
      group: roleOf(fact),
      admin: admin === true || known?.admin === true,
      set: set === true || known?.set === true,
    });
  }
  return found;
}
