import { effectiveAccess, type Access, type Path } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import { roleOf, type Fact, type FactKind } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { everyone } from '../catalog/role-name.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import type { RoleName, SqlName } from '../common/sql.ts';

/** What everybody can do in a state, ready to compare with another. */
export class Reached {
  readonly facts: readonly Fact[];
  readonly roles: ReadonlySet<RoleName>;
  readonly superusers: ReadonlySet<RoleName>;
  readonly logins: ReadonlySet<RoleName>;
  readonly owners = new Map<string, RoleName>();
  readonly #accesses = new Map<string, Access>();
  readonly #held = new Set<string>();
  readonly #memberships = new Set<string>();

  /** `roles` are examined, including those that do not exist. */
  constructor(facts: readonly Fact[], roles: readonly RoleName[]) {
    this.facts = facts;
    this.roles = rolesHaving(facts, 'exists');
    this.superusers = rolesHaving(facts, 'superuser');
    this.logins = rolesHaving(facts, 'login');
    for (const fact of facts) {
      const { kind, object, role, property } = fact;
      if (property === 'owner') {
        this.owners.set(`${kind}\t${object}`, role);
      } else if (isGrant(fact)) {
        this.#held.add([kind, object, property, role].join('\t'));
      } else if (kind === 'membership') {
        this.#memberships.add(`${role}\t${roleOf(fact)}`);
      }
    }
    for (const access of effectiveAccess(facts, roles)) {
      if (access.usable) {
        this.#accesses.set(keyOf(access.identity, access), access);
      }
    }
  }

  get accesses(): Iterable<Access> {
    return this.#accesses.values();
  }

  /** The access of an identity; to a column also through its table. */
  of(identity: RoleName, { kind, object, privilege }: Pick<Access, 'kind' | 'object' | 'privilege'>) {
    const own = this.#accesses.get(keyOf(identity, { kind, object, privilege }));
    if (own !== undefined || kind !== 'column') {
      return own;
    }
    const kinds: FactKind[] = [...tableKinds, 'sequence'];
    return kinds
      .map((one) => this.#accesses.get(keyOf(identity, { kind: one, object: tableOf(object), privilege })))
      .find((access) => access !== undefined);
  }

  /** Whether a role, or PUBLIC, has it in its own name, by a grant or as the owner. */
  holds(role: RoleName, { kind, object, privilege }: Pick<Access, 'kind' | 'object' | 'privilege'>): boolean {
    return this.#held.has([kind, object, privilege, role].join('\t')) || this.owners.get(`${kind}\t${object}`) === role;
  }

  isMember(member: RoleName, group: RoleName): boolean {
    return (
      group === everyone ||
      this.#memberships.has(`${member}\t${group}`) ||
      (group === 'pg_database_owner' && this.owners.get('database\tdatabase') === member)
    );
  }

  /** Whether the object exists. A column exists if its table does. */
  has(kind: FactKind, object: SqlName): boolean {
    const [table, ...kinds] = kind === 'column' ? [tableOf(object), ...tableKinds] : [object, kind];
    return kind === 'role'
      ? this.roles.has(roleOf({ object }))
      : kinds.some((one) => this.owners.has(`${one}\t${table}`));
  }

  /** Everybody who has an access, except superusers. */
  holdersOf(one: Pick<Access, 'kind' | 'object' | 'privilege'>): RoleName[] {
    return [...this.roles, everyone].filter((role) => this.of(role, one) !== undefined);
  }
}

function keyOf(identity: RoleName, { kind, object, privilege }: Pick<Access, 'kind' | 'object' | 'privilege'>): string {
  return [identity, kind, object, privilege].join('\t');
}

/** Why one state has an access and the other does not. */
export type Cause =
  | { by: 'grant'; holder: RoleName }
  | { by: 'membership'; member: RoleName; group: RoleName }
  | { by: 'schema'; holder: RoleName };

/** An access that only one state has. */
export interface Difference {
  access: Access;
  path: Path;
  cause: Cause;
}

/**
 * What identities can do in `there` and not in `here`, each with its cause. What everybody can do is reported only for PUBLIC.
 */
export function onlyIn(there: Reached, here: Reached): Difference[] {
  const differences: Difference[] = [];
  for (const access of there.accesses) {
    const { identity } = access;
    const isEverything = there.superusers.has(identity) || here.superusers.has(identity);
    if (isEverything || (access.kind === 'role' && roleOf(access) === identity) || here.of(identity, access)) {
      continue;
    }
    const path = access.paths[0]!;
    const ofAll = path.chain.at(-1) === everyone && identity !== everyone;
    if (ofAll && (there.of(everyone, access) !== undefined || !here.roles.has(identity))) {
      continue;
    }
    differences.push({ access, path, cause: causeOf(access, path, here) });
  }
  return differences;
}

function causeOf(access: Access, { chain, via }: Path, here: Reached): Cause {
  const holder = chain.at(-1)!;
  const isBroken = chain.findIndex((role, index) => index > 0 && !here.isMember(chain[index - 1]!, role));
  const lacksObject = !here.has(access.kind, access.object);
  // A holder has what its predefined role and its own attributes give wherever the object exists.
  const holds =
    access.kind === 'role' || via === 'predefined-role' ? !lacksObject : here.holds(holder, access) && !lacksObject;
  if (!holds) {
    return { by: 'grant', holder };
  }
  if (isBroken > 0) {
    return { by: 'membership', member: chain[isBroken - 1]!, group: chain[isBroken]! };
  }
  return chain.length > 1 && holder !== everyone && here.of(holder, access) !== undefined
    ? { by: 'membership', member: chain.at(-2)!, group: holder }
    : { by: 'schema', holder: access.identity };
}
