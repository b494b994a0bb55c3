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

/** A server with what its provider keeps on it, as far as it is there. */
export interface Server {
  profile: ServerProfile;
  toldBy: 'contract' | 'catalog';
  /** The provider's own roles. What the contract names as an identity of another kind is judged as that. */
  roles: ReadonlySet<RoleName>;
  /** The roles that the provider gave its customer to administer the server by. */
  admins: ReadonlySet<RoleName>;
  /** Schemas of the provider's of which the contract says nothing. */
  schemas: ReadonlySet<SqlName>;
  /** What is somebody else's there: a customer may create a schema with a name that is the provider's elsewhere. */
  customers: ReadonlySet<SqlName>;
}

/** What is left out of judgement because it is the provider's, each once. */
export interface ServerEvidence {
  name: string;
  title: string;
  told_by: 'contract' | 'catalog';
  left_out: { roles: string[]; memberships: string[]; settings: string[]; schemas: string[]; extensions: string[] };
}

const unsaid: Said = { platform: undefined, identities: {}, schemas: {} };

/** The kind of server that the contract names, else the one that its catalog tells; undefined where neither does. Pure. */
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
  // Nobody else's role bears such a name and is a superuser.
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

/** The profile of which the most clues are there. */
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

/** A customer may have chosen its name: then who was made a member by the provider's superuser is told by that. */
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

/** Whether a role is nobody's to judge: the provider's, or its customer's administrator of whom the contract says nothing. */
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

/** Whether the provider puts an extension into databases by itself. */
export function isServerExtension(server: Server | undefined, extension: string): boolean {
  return server?.profile.extensions.includes(extension) ?? false;
}

/**
 * Whether access is what the provider gives to what it keeps: by its own roles, whatever the contract holds them to, and what
 * everybody has on functions and types from the start. What a customer's role was given there counts.
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

/** Whether an object is a schema of the provider's, or lies in one and is not somebody else's. */
export function isInServerSchema({ schemas, customers }: Server, kind: string, object: SqlName): boolean {
  return (
    schemas.size > 0 &&
    !inNoSchema.has(kind) &&
    schemas.has(schemaOf(object)) &&
    !customers.has(object) &&
    !customers.has(tableOf(object))
  );
}

/** Whether a membership is what the server gives who makes a role: a migrator or an administrator that makes roles has it on each. */
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
 * Whether a membership is the provider's affair: of an administrator of its, what it made the migrator that is one a member of, or of one of
 * its roles in another. One of its roles in a role of the contract is not, unless its superuser put it there.
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

/** What is left out of judgement on a server, named once. Pure. */
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
