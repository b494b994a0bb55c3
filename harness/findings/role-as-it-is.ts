import { roleOf, type Fact } from '../catalog/fact.ts';
import { definersOf } from '../catalog/owners.ts';
import type { RoleName } from '../common/sql.ts';
import { attributes } from '../contract/contract.ts';
import { usualAttributes } from '../contract/declared.ts';

export type Attribute = (typeof attributes)[number];

/** The kinds of identity that a role can be told to be. */
export type RoleKind = 'login' | 'group' | 'definer' | 'migrator';

/**
 * Tells the kind of a role by what it does: a superuser migrates, a role that owns SECURITY DEFINER functions and cannot log in is a
 * definer, another that cannot log in is a group, the rest are logins. Pure.
 */
export function roleKinds(facts: readonly Fact[]): (role: RoleName) => RoleKind {
  const definers = new Set(definersOf(facts).values());
  const owners = tableOwners(facts);
  return (role) => {
    const has = attributesOf(facts, role);
    if (has.includes('SUPERUSER')) {
      return 'migrator';
    }
    if (!has.includes('LOGIN')) {
      return definers.has(role) ? 'definer' : owners.has(role) ? 'migrator' : 'group';
    }
    return owners.has(role) && /migrat|deploy|owner|admin|ddl/i.test(role) ? 'migrator' : 'login';
  };
}

/** Roles that own tables. */
export function tableOwners(facts: readonly Fact[]): Set<RoleName> {
  return new Set(
    facts.filter(({ kind, property }) => kind === 'table' && property === 'owner').map(({ role }) => role),
  );
}

/** The attributes that a role has, in the order of the contract's words. */
export function attributesOf(facts: readonly Fact[], role: RoleName): Attribute[] {
  const said = new Set(
    facts.filter((fact) => fact.kind === 'role' && roleOf(fact) === role).map(({ property }) => property),
  );
  return attributes.filter((attribute) => said.has(attribute.toLowerCase()));
}

/** The attributes as an identity of that kind has to name them; undefined where they go without saying. */
export function namedAttributes(kind: RoleKind, has: readonly Attribute[]): Attribute[] | undefined {
  const usual = usualAttributes(kind);
  const isUsual = has.length === usual.length && usual.every((attribute) => has.includes(attribute));
  return kind === 'migrator' || isUsual ? undefined : [...has];
}

/** What ALTER ROLE … SET gave a role; a secret is its digest. */
export function settingsOf(facts: readonly Fact[], role: RoleName): Record<string, string> {
  const own = facts.filter((fact) => fact.kind === 'setting' && fact.role === role);
  return Object.fromEntries(own.map(({ property, detail }) => [property, String(detail['value'] ?? '')]));
}
