import { roleOf, type Fact } from '../catalog/fact.ts';
import { definersOf } from '../catalog/owners.ts';
import type { RoleName } from '../common/sql.ts';
import { attributes } from '../contract/contract.ts';
import { usualAttributes } from '../contract/declared.ts';

type Attribute = (typeof attributes)[number];

/** An identity as a contract says it. */
export interface DraftIdentity {
  kind: 'login' | 'group' | 'definer' | 'migrator';
  attributes?: Attribute[];
  member_of?: (string | { role: string; inherit: boolean; set: boolean; admin: boolean })[];
  settings?: Record<string, string>;
}

/** The identities of a draft, and in words what a person should look at. */
export interface DraftIdentities {
  identities: Record<RoleName, DraftIdentity>;
  unsure: string[];
}

/**
 * Every role of the state that is not the server's own, by what it does: a superuser migrates, a role that owns SECURITY
 * DEFINER functions and cannot log in is a definer, another that cannot log in is a group, the rest are logins. Of `known` roles
 * nothing is unsure; `admins` administer a server that nobody is a superuser of, and migrate.
 */
export function draftIdentities(
  facts: readonly Fact[],
  known: ReadonlySet<RoleName> = new Set(),
  admins: ReadonlySet<RoleName> = new Set(),
): DraftIdentities {
  const roles = [...new Set(facts.filter(({ kind }) => kind === 'role').map(roleOf))].filter(
    (role) => !role.startsWith('pg_'),
  );
  const definers = definerOwners(facts);
  const owners = tableOwners(facts);
  const identities: DraftIdentities['identities'] = {};
  const unsure: string[] = [];
  for (const role of roles) {
    const has = attributesOf(facts, role);
    const kind = admins.has(role) ? 'migrator' : kindOf(has, role, { definers, owners });
    const usual = usualAttributes(kind);
    const isUsual = has.length === usual.length && usual.every((attribute) => has.includes(attribute));
    const groups = membershipsOf(facts, role);
    const settings = settingsOf(facts, role);
    identities[role] = {
      kind,
      ...(kind === 'migrator' || isUsual ? {} : { attributes: has }),
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

function kindOf(
  has: readonly Attribute[],
  role: RoleName,
  { definers, owners }: { definers: ReadonlySet<RoleName>; owners: ReadonlySet<RoleName> },
): DraftIdentity['kind'] {
  if (has.includes('SUPERUSER')) {
    return 'migrator';
  }
  if (!has.includes('LOGIN')) {
    return definers.has(role) ? 'definer' : owners.has(role) ? 'migrator' : 'group';
  }
  return owners.has(role) && /migrat|deploy|owner|admin|ddl/i.test(role) ? 'migrator' : 'login';
}

/** Roles that own SECURITY DEFINER functions. */
function definerOwners(facts: readonly Fact[]): Set<RoleName> {
  return new Set(definersOf(facts).values());
}

/** Roles that own tables. */
function tableOwners(facts: readonly Fact[]): Set<RoleName> {
  return new Set(
    facts.filter(({ kind, property }) => kind === 'table' && property === 'owner').map(({ role }) => role),
  );
}

function attributesOf(facts: readonly Fact[], role: RoleName): Attribute[] {
  const said = new Set(
    facts.filter((fact) => fact.kind === 'role' && roleOf(fact) === role).map(({ property }) => property),
  );
  return attributes.filter((attribute) => said.has(attribute.toLowerCase()));
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

function settingsOf(facts: readonly Fact[], role: RoleName): Record<string, string> {
  const own = facts.filter((fact) => fact.kind === 'setting' && fact.role === role);
  return Object.fromEntries(own.map(({ property, detail }) => [property, String(detail['value'] ?? '')]));
}
