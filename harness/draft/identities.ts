import { roleOf, type Fact } from '../catalog/fact.ts';
import type { RoleName } from '../common/sql.ts';
import {
  attributesOf,
  namedAttributes,
  roleKinds,
  settingsOf,
  tableOwners,
  type Attribute,
  type RoleKind,
} from '../findings/role-as-it-is.ts';

/** An identity as a contract declares it. */
export interface DraftIdentity {
  kind: RoleKind;
  attributes?: Attribute[];
  member_of?: (string | { role: string; inherit: boolean; set: boolean; admin: boolean })[];
  settings?: Record<string, string>;
}

/** The identities of a draft, and in words what a person should check. */
export interface DraftIdentities {
  identities: Record<RoleName, DraftIdentity>;
  unsure: string[];
}

/**
 * Every role of the state except the server's own, with a kind from what it does: a superuser is a migrator, a role without LOGIN
 * that owns SECURITY DEFINER functions is a definer, any other role without LOGIN is a group, the rest are logins. `known` roles
 * need no check. `admins` administer a server on which nobody is a superuser, and are migrators.
 */
export function draftIdentities(
  facts: readonly Fact[],
  known: ReadonlySet<RoleName> = new Set(),
  admins: ReadonlySet<RoleName> = new Set(),
): DraftIdentities {
  const roles = [...new Set(facts.filter(({ kind }) => kind === 'role').map(roleOf))].filter(
    (role) => !role.startsWith('pg_'),
  );
  const kindOf = roleKinds(facts);
  const owners = tableOwners(facts);
  const identities: DraftIdentities['identities'] = {};
  const unsure: string[] = [];
  for (const role of roles) {
    const has = attributesOf(facts, role);
    const kind = admins.has(role) ? 'migrator' : kindOf(role);
    const named = namedAttributes(kind, has);
    const groups = membershipsOf(facts, role);
    const settings = settingsOf(facts, role);
    identities[role] = {
      kind,
      ...(named === undefined ? {} : { attributes: named }),
      ...(groups.length === 0 ? {} : { member_of: groups }),
      ...(Object.keys(settings).length === 0 ? {} : { settings }),
    };
    if (known.has(role)) {
      continue;
    }
    if (kind === 'migrator' && !has.includes('SUPERUSER') && !admins.has(role)) {
      unsure.push(
        `${role} owns tables${has.includes('LOGIN') ? ' and may log in' : ''}: it is taken for the role that runs migrations (kind: migrator).`,
      );
    }
    if (kind === 'login' && owners.has(role)) {
      unsure.push(`${role} logs in and owns tables: row security does not hold for an owner unless it is forced.`);
    }
  }
  return { identities, unsure };
}

function membershipsOf(facts: readonly Fact[], role: RoleName): NonNullable<DraftIdentity['member_of']> {
  const byGroup = new Map<RoleName, { inherit: boolean; set: boolean; admin: boolean }>();
  for (const fact of facts) {
    if (fact.kind === 'membership' && fact.role === role) {
      const known = byGroup.get(roleOf(fact)) ?? { inherit: false, set: false, admin: false };
      const { inherit, set, admin } = fact.detail;
      byGroup.set(roleOf(fact), {
        inherit: known.inherit || inherit === true,
        set: known.set || set === true,
        admin: known.admin || admin === true,
      });
    }
  }
  return [...byGroup].map(([group, options]) =>
    options.inherit && options.set && !options.admin ? group : { role: group, ...options },
  );
}
