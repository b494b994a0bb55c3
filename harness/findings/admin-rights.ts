import { rolesHaving } from '../catalog/roles-having.ts';
import { memberships } from '../catalog/access/memberships.ts';
import { roleOf, type Fact } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { type Server } from './server.ts';

/** What the customer's admin of a server may do with its roles, from the facts. */
export interface AdminRights {
  /** Whether it has an attribute itself. From PostgreSQL 16 on it needs that to give or take the attribute. */
  has(attribute: string): boolean;
  /** Whether it may change a role and its members. */
  administers(role: RoleName): boolean;
  /** Whether it may do what the role may. */
  hasRightsOf(role: RoleName): boolean;
  /** Whether it may do that, or grant itself the right to. */
  mayHaveRightsOf(role: RoleName): boolean;
  /** Who granted a membership: empty if that does not matter, as before PostgreSQL 16, and undefined if it is not known. */
  grantorsOf(group: RoleName, member: RoleName): RoleName[] | undefined;
  /** Whether a role may create in a schema. */
  mayCreateIn(role: RoleName, schema: SqlName): boolean;
}

/** It exists only from PostgreSQL 16 on. */
const sixteen = 'pg_create_subscription';

/**
 * The admin's rights in the facts. If there is no admin, as on our own server with a contract for a managed one, the rights are
 * those of an admin that made everything that is not the provider's.
 */
export function adminRights(server: Server, facts: readonly Fact[]): AdminRights {
  const { profile, admins, roles } = server;
  const [admin] = admins;
  const superusers = rolesHaving(facts, 'superuser');
  const isOthers = (role: RoleName) => roles.has(role) || Object.hasOwn(profile.roles, role);
  if (admin === undefined || superusers.has(admin)) {
    const made = (role: RoleName) => !isOthers(role) || role === profile.admin.role;
    return {
      has: (attribute) => (profile.admin.attributes as readonly string[]).includes(attribute),
      administers: made,
      hasRightsOf: made,
      mayHaveRightsOf: made,
      grantorsOf: () => undefined,
      mayCreateIn: () => true,
    };
  }
  const attributesOf = (role: RoleName) =>
    new Set(facts.filter((fact) => fact.kind === 'role' && roleOf(fact) === role).map(({ property }) => property));
  const own = attributesOf(admin);
  const isNew = facts.some(({ kind, object }) => kind === 'role' && object === sixteen);
  const all = memberships(facts);
  const inherited = all.inheritedBy(admin);
  const given = facts.filter(({ kind }) => kind === 'membership');
  // Only a superuser administers another superuser.
  const administers = (role: RoleName) =>
    !superusers.has(role) &&
    (given.some((fact) => roleOf(fact) === role && inherited.has(fact.role) && fact.detail['admin'] === true) ||
      (!isNew && own.has('createrole') && !isOthers(role)));
  const hasRightsOf = (role: RoleName) => inherited.has(role);
  return {
    // Before 16 only a superuser gives or takes these two.
    has: (attribute) =>
      own.has(attribute.toLowerCase()) && (isNew || !['REPLICATION', 'BYPASSRLS'].includes(attribute)),
    administers,
    hasRightsOf,
    mayHaveRightsOf: (role) => hasRightsOf(role) || (administers(role) && !isOthers(role)),
    grantorsOf: (group, member) =>
      isNew
        ? given
            .filter((fact) => roleOf(fact) === group && fact.role === member)
            .map(({ detail }) => String(detail['grantor']))
        : [],
    mayCreateIn: (role, schema) => {
      const sources = new Set([...all.inheritedBy(role).keys(), 'PUBLIC']);
      return facts.some(
        (fact) =>
          fact.kind === 'schema' &&
          fact.object === schema &&
          (fact.property === 'owner' || fact.property === 'CREATE') &&
          sources.has(fact.role),
      );
    },
  };
}
