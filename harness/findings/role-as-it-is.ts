import { roleOf, type Fact } from '../catalog/fact.ts';
import { definersOf } from '../catalog/owners.ts';
import { indexBy } from '../common/index-by.ts';
import type { RoleName } from '../common/sql.ts';
import { attributes, type ParsedContract } from '../contract/contract.ts';
import { identitiesOf, usualAttributes } from '../contract/declared.ts';

export type Attribute = (typeof attributes)[number];

/** The kinds of identity that a role can be told to be. */
export type RoleKind = 'login' | 'group' | 'definer' | 'migrator';

/** Of what is owned, the share that only the role which makes it all owns. */
const nearlyAll = 0.75;

/**
 * Tells the kind of a role by what it does: a superuser migrates, a role that owns functions and cannot log in is a definer, another
 * that cannot log in is a group, the rest are logins. Of the others one migrates that owns tables, and beside a `contract` that has
 * a migrator, only one that owns nearly everything. Pure.
 */
export function roleKinds(facts: readonly Fact[], contract?: ParsedContract): (role: RoleName) => RoleKind {
  const definers = new Set(definersOf(facts).values());
  const owners = tableOwners(facts);
  const made = facts.filter(isMade);
  const owned = indexBy(made, ({ role }) => [role]);
  const isKnown = contract !== undefined && identitiesOf(contract, 'migrator').length > 0;
  const hasNearlyAll = (role: RoleName) => (owned.get(role)?.length ?? 0) > made.length * nearlyAll;
  const hasFunctions = (role: RoleName) => owned.get(role)?.some(({ kind }) => kind === 'function') === true;
  return (role) => {
    const has = attributesOf(facts, role);
    const mayLogIn = has.includes('LOGIN');
    if (has.includes('SUPERUSER')) {
      return 'migrator';
    }
    if (!mayLogIn && definers.has(role)) {
      return 'definer';
    }
    if (owners.has(role) && (isKnown ? hasNearlyAll(role) : !mayLogIn || isCalledSo.test(role))) {
      return 'migrator';
    }
    return mayLogIn ? 'login' : hasFunctions(role) ? 'definer' : 'group';
  };
}

const isCalledSo = /migrat|deploy|owner|admin|ddl/i;

/** Whether a fact says who owns something that neither the server nor an extension brought. */
export function isMade({ property, detail }: Fact): boolean {
  return property === 'owner' && detail['builtin'] !== true && !Object.hasOwn(detail, 'extension');
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
