import { roleOf, type Fact } from '../catalog/fact.ts';
import { schemaOf, tableOf } from '../catalog/identifiers.ts';
import { isMakersMembership, rolesHaving } from '../catalog/roles-having.ts';
import { byCodeUnit } from '../common/order.ts';
import { matchesPattern } from '../common/pattern.ts';
import { plainName, type RoleName, type SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import {
  isServerName,
  readServerProfile,
  serverNames,
  type ServerProfile,
} from '../contract/servers/server-profile.ts';

type Said = Pick<ParsedContract, 'platform' | 'identities' | 'schemas'>;

/** A server with what its provider keeps on it, as far as that exists. */
export interface Server {
  profile: ServerProfile;
  toldBy: 'contract' | 'catalog';
  /** The provider's own roles. An identity of the contract that is another kind of role is judged as such. */
  roles: ReadonlySet<RoleName>;
  /** The roles that the provider gave its customer to administer the server. */
  admins: ReadonlySet<RoleName>;
  /** The provider's schemas that the contract does not mention. */
  schemas: ReadonlySet<SqlName>;
  /** Schemas that belong to the customer: it may create one with a name that is the provider's on other servers. */
  customers: ReadonlySet<SqlName>;
}

/** What is not judged because it is the provider's, each once. */
export interface ServerEvidence {
  name: string;
  title: string;
  told_by: 'contract' | 'catalog';
  left_out: { roles: string[]; memberships: string[]; settings: string[]; schemas: string[]; extensions: string[] };
}

const unsaid: Said = { platform: undefined, identities: {}, schemas: {} };

/** The kind of server that the contract names, otherwise the one that its catalog shows; undefined if neither does. Pure. */
export function serverOf(facts: readonly Fact[], contract: Said = unsaid): Server | undefined {
  const named = isServerName(contract.platform) ? readServerProfile(contract.platform) : undefined;
  const profile = named ?? recognised(facts);
  if (profile === undefined) {
    return undefined;
  }
  const superusers = rolesHaving(facts, 'superuser');
  const isTheirs = (role: RoleName) =>
    [profile.superuser, ...Object.keys(profile.roles)].includes(role) ||
    profile.other_roles.some((pattern) => matchesPattern(pattern, role));
  // No other role has such a name and is a superuser.
  const isAsMade = (role: RoleName) =>
    !superusers.has(role) ||
    role === profile.superuser ||
    (profile.roles[role]?.attributes.includes('SUPERUSER') ?? false);
  const isNamed = (role: RoleName) =>
    contract.identities[role] !== undefined && contract.identities[role].kind !== 'platform';
  const there = [...rolesHaving(facts, 'exists')];
  const owners = facts.filter(({ property }) => property === 'owner');
  const schemas = new Set(
    owners
      .filter(
        ({ kind, object }) =>
          kind === 'schema' && profile.schemas.includes(plainName(object)) && contract.schemas[object] === undefined,
      )
      .map(({ object }) => object),
  );
  return {
    profile,
    toldBy: named === undefined ? 'catalog' : 'contract',
    roles: new Set(there.filter((role) => isTheirs(role) && isAsMade(role) && !isNamed(role))),
    admins: adminsIn(facts, profile),
    schemas,
    customers: new Set(
      owners
        .filter(
          ({ kind, object, role, detail }) =>
            kind !== 'schema' &&
            !inNoSchema.has(kind) &&
            detail['extension'] === undefined &&
            schemas.has(schemaOf(object)) &&
            !isTheirs(role),
        )
        .map(({ object }) => object),
    ),
  };
}

/** The profile with the most matching clues. */
function recognised(facts: readonly Fact[]): ServerProfile | undefined {
  const names = (kind: Fact['kind']) => new Set(facts.filter((fact) => fact.kind === kind).map(({ object }) => object));
  const [roles, schemas, extensions] = [names('role'), names('schema'), names('extension')];
  const superusers = rolesHaving(facts, 'superuser');
  const told = serverNames.flatMap((name) => {
    const profile = readServerProfile(name);
    const clues = profile.recognised_by
      .filter(
        (clue) =>
          superusers.has(profile.superuser) &&
          clue.roles.every((role) => roles.has(role)) &&
          clue.schemas.every((schema) => schemas.has(schema)) &&
          clue.extensions.every((extension) => extensions.has(extension)),
      )
      .map((clue) => clue.roles.length + clue.schemas.length + clue.extensions.length);
    return clues.length === 0 ? [] : [{ profile, clues: Math.max(...clues) }];
  });
  return told.toSorted((a, b) => b.clues - a.clues)[0]?.profile;
}

/** A customer may have chosen the admin's name. Then the membership that the provider's superuser granted shows the role. */
function adminsIn(facts: readonly Fact[], { admin, superuser }: ServerProfile): Set<RoleName> {
  const createrole = rolesHaving(facts, 'createrole');
  const [first] = admin.member_of;
  if (first === undefined) {
    return new Set([...rolesHaving(facts, 'exists')].filter((role) => role === admin.role));
  }
  const members = facts.filter((fact) => fact.kind === 'membership' && fact.object === first);
  const given = members.filter(
    ({ role, detail }) =>
      (role === admin.role || admin.named_by_customer) && detail['grantor'] === superuser && createrole.has(role),
  );
  const found = given.length > 0 ? given : members.filter(({ role }) => role === admin.role);
  return new Set(found.map(({ role }) => role));
}

/** Whether a role is not judged: it is the provider's, or an administrator of the customer that the contract does not mention. */
export function isUnjudgedRole(server: Server | undefined, identities: Said['identities'], role: RoleName): boolean {
  return (
    server !== undefined && (server.roles.has(role) || (server.admins.has(role) && !Object.hasOwn(identities, role)))
  );
}

/** Whether a setting of everybody, or of this role, is the provider's. */
export function isServerSetting(server: Server | undefined, role: RoleName, setting: string): boolean {
  if (server === undefined) {
    return false;
  }
  const { profile, admins } = server;
  const own = admins.has(role) ? profile.admin.settings : (profile.roles[role]?.settings ?? []);
  return own.includes(setting) || profile.settings.some((pattern) => matchesPattern(pattern, setting));
}

/** Whether the provider itself installs an extension in databases. */
export function isServerExtension(server: Server | undefined, extension: string): boolean {
  return server?.profile.extensions.includes(extension) ?? false;
}

/**
 * Whether the provider gives this access on what it keeps: to its own roles, whatever the contract says of them, and to everybody
 * on functions and types by default. What was granted to a role of the customer counts.
 */
export function isServerAccess(
  server: Server | undefined,
  { kind, object }: { kind: string; object: SqlName },
  holders: readonly RoleName[],
): boolean {
  if (server === undefined || !isInServerSchema(server, kind, object)) {
    return false;
  }
  return holders.every(
    (role) =>
      Object.hasOwn(server.profile.roles, role) || (role === 'PUBLIC' && (kind === 'function' || kind === 'type')),
  );
}

const inNoSchema = new Set(['role', 'membership', 'database', 'extension', 'setting', 'language', 'event-trigger']);

/** Whether an object is a schema of the provider, or is in one and does not belong to somebody else. */
export function isInServerSchema({ schemas, customers }: Server, kind: string, object: SqlName): boolean {
  return (
    schemas.size > 0 &&
    !inNoSchema.has(kind) &&
    schemas.has(schemaOf(object)) &&
    !customers.has(object) &&
    !customers.has(tableOf(object))
  );
}

/** Whether a membership comes from creating a role: a migrator or an administrator that makes roles has it on each. */
export function isOfMaking(
  server: Server | undefined,
  identities: Said['identities'],
  fact: Fact,
  superusers: ReadonlySet<RoleName>,
): boolean {
  return (
    (identities[fact.role]?.kind === 'migrator' || server?.admins.has(fact.role) === true) &&
    isMakersMembership(fact, superusers)
  );
}

/**
 * Whether a membership is the provider's business: an administrator's own one, one that it gave the migrator who is an
 * administrator, or one of its roles in another. A membership of its role in a role of the contract is not, unless its superuser
 * granted it.
 */
export function isServerMembership(server: Server | undefined, identities: Said['identities'], fact: Fact): boolean {
  if (server === undefined) {
    return false;
  }
  const { profile, admins, roles } = server;
  const { role: member, detail } = fact;
  const group = roleOf(fact);
  const isGiven = detail['grantor'] === profile.superuser;
  if (admins.has(member)) {
    const known = identities[member];
    return known === undefined || (known.kind === 'migrator' && isGiven && (roles.has(group) || isServersOwn(group)));
  }
  const into = identities[group];
  return (
    roles.has(member) &&
    (into === undefined || into.kind === 'platform' || isGiven || Object.hasOwn(profile.roles, group))
  );
}

function isServersOwn(role: RoleName): boolean {
  return role.startsWith('pg_');
}

/** What is not judged on a server, each once. Pure. */
export function leftOutOn(server: Server, contract: Said, facts: readonly Fact[]): ServerEvidence {
  const { profile, toldBy, roles, admins, schemas } = server;
  const { identities } = contract;
  const superusers = rolesHaving(facts, 'superuser');
  const unique = (names: readonly string[]) => [...new Set(names)].toSorted(byCodeUnit);
  const of = (kind: Fact['kind']) => facts.filter((fact) => fact.kind === kind);
  return {
    name: profile.name,
    title: profile.title,
    told_by: toldBy,
    left_out: {
      roles: unique([...roles, ...[...admins].filter((role) => isUnjudgedRole(server, identities, role))]),
      memberships: unique(
        of('membership')
          .filter(
            (fact) => isServerMembership(server, identities, fact) || isOfMaking(server, identities, fact, superusers),
          )
          .map((fact) => `${fact.role} in ${fact.object}`),
      ),
      settings: unique(
        of('setting')
          .filter(({ role, property }) => roles.has(role) || isServerSetting(server, role, property))
          .map(({ role, property }) => (role === '' ? property : `${property} of ${role}`)),
      ),
      schemas: unique([...schemas]),
      extensions: unique(
        of('extension')
          .map(({ object }) => plainName(object))
          .filter((extension) => isServerExtension(server, extension)),
      ),
    },
  };
}
