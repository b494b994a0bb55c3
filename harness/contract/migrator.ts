import type { RawName } from '../common/sql.ts';
import type { ParsedContract } from './contract.ts';
import { identitiesOf, migratesAs } from './declared.ts';
import type { Fault } from './source.ts';
import { isServerName, readServerProfile, type ServerName, type ServerProfile } from './servers/server-profile.ts';
import type { attributes } from './vocabulary.ts';

/** The role that migrates in production, and its kind of server. */
export interface ProductionMigrator {
  role: RawName;
  attributes: readonly (typeof attributes)[number][];
  memberOf: readonly RawName[];
  /** Those of them that it may grant to others. */
  administers: readonly RawName[];
  profile: ServerProfile;
}

/** The migrator of production, from the contract and the profile of its platform; undefined if the contract requires none. */
export function productionMigrator(contract: ParsedContract): ProductionMigrator | undefined {
  const { migrator } = contract;
  if (migrator === undefined) {
    return undefined;
  }
  const profile = readServerProfile(
    migrator.platform ?? (isServerName(contract.platform) ? contract.platform : 'stock'),
  );
  const { admin } = profile;
  const memberOf = migrator.member_of ?? admin.member_of;
  return {
    role: migrator.role ?? identityOf(contract, profile) ?? admin.role,
    attributes: migrator.attributes ?? admin.attributes,
    memberOf,
    administers: admin.administers.filter((name) => memberOf.includes(name)),
    profile,
  };
}

/** The admin that a customer gets on a kind of server, as its migrator. */
export function adminOf(server: ServerName): ProductionMigrator {
  const profile = readServerProfile(server);
  const { role, attributes, member_of: memberOf, administers } = profile.admin;
  return { role, attributes, memberOf, administers, profile };
}

/** An identity that the migrator can be. The superuser is another role there, and a role that provisioning makes comes later. */
function identityOf(contract: ParsedContract, { superuser, roles }: ServerProfile): string | undefined {
  return identitiesOf(contract, 'migrator').find(
    (name) => name !== superuser && !Object.hasOwn(roles, name) && name !== migratesAs(contract),
  );
}

/** Faults in what a contract says of its migrator. */
export function migratorFaults(contract: ParsedContract): Fault[] {
  const asked = productionMigrator(contract);
  if (asked === undefined) {
    return [];
  }
  const { role, attributes, profile } = asked;
  const at = (key: string, message: string): Fault => ({
    path: ['migrator', ...(contract.migrator?.[key as 'role'] === undefined ? [] : [key])],
    message,
  });
  const kind = contract.identities[role]?.kind;
  const faults = [
    [attributes.includes('SUPERUSER'), 'attributes', 'with SUPERUSER it is what head is built as anyway'],
    [
      role === profile.superuser,
      'role',
      `${role} is the superuser of ${profile.title}: name the role that you get there`,
    ],
    [
      Object.hasOwn(profile.roles, role),
      'role',
      `${role} is a role of ${profile.title} itself: name the one that you get`,
    ],
    [
      role === migratesAs(contract),
      'role',
      `${role} is made by provisioning (migrations.as): name the role that runs provisioning`,
    ],
    [
      kind !== undefined && kind !== 'migrator' && kind !== 'platform',
      'role',
      `${role} is an identity of kind ${kind}: name one of kind migrator or platform`,
    ],
  ] as const;
  return faults.filter(([applies]) => applies).map(([, key, message]) => at(key, message));
}
