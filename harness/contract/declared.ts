import type { attributes, FunctionContract, IdentityContract, ParsedContract, TableContract } from './contract.ts';

/** A direct membership as the contract declares it, with all options. */
export interface DeclaredMembership {
  role: string;
  inherit: boolean;
  set: boolean;
  admin: boolean;
}

/** Direct memberships of an identity, with default options filled in. */
export function declaredMemberships(contract: ParsedContract, identity: string): DeclaredMembership[] {
  return (contract.identities[identity]?.member_of ?? []).map((entry) =>
    typeof entry === 'string' ? { role: entry, inherit: true, set: true, admin: false } : entry,
  );
}

/** The identity and every role whose privileges it may get: PUBLIC, and its groups at any depth. */
export function declaredSources(contract: ParsedContract, identity: string): string[] {
  return sourcesOf(contract, identity, () => true);
}

/** The identity and every role whose privileges it has without SET ROLE. Their policies apply to it too. */
export function inheritedSources(contract: ParsedContract, identity: string): string[] {
  return sourcesOf(contract, identity, ({ inherit }) => inherit);
}

function sourcesOf(
  contract: ParsedContract,
  identity: string,
  counts: (membership: DeclaredMembership) => boolean,
): string[] {
  return [...rolesFrom(contract, identity, counts), 'PUBLIC'];
}

/** Every role that a login may take, as declared. */
export function settableRoles(contract: ParsedContract, login: string): Set<string> {
  return rolesFrom(contract, login, ({ set }) => set);
}

/** An identity and its groups at any depth, through the memberships that count. */
function rolesFrom(
  contract: ParsedContract,
  identity: string,
  counts: (membership: DeclaredMembership) => boolean,
): Set<string> {
  const roles = new Set([identity]);
  for (const role of roles) {
    for (const membership of declaredMemberships(contract, role).filter(counts)) {
      roles.add(membership.role);
    }
  }
  return roles;
}

/** Privileges on `object` that the contract lets `identity` have by any declared path. `database` is an object too. */
export function declaredPrivileges(contract: ParsedContract, identity: string, object: string): Set<string> {
  const grants = grantsOn(contract, object);
  return new Set(declaredSources(contract, identity).flatMap((source) => grants[source] ?? []));
}

/**
 * Privileges on `object` that the contract lets `identity` use without SET ROLE. It contains words as the contract has them, for
 * example `SELECT(id, name)`.
 */
export function inheritedPrivileges(contract: ParsedContract, identity: string, object: string): Set<string> {
  const grants = grantsOn(contract, object);
  return new Set(inheritedSources(contract, identity).flatMap((source) => grants[source] ?? []));
}

/** A grant on columns, `SELECT(id, name)`, split; undefined for a grant on the whole object. */
export function columnGrant(word: string): { privilege: string; columns: string[] } | undefined {
  const [, privilege, columns] = /^(\w+)\((.*)\)$/.exec(word) ?? [];
  return privilege === undefined ? undefined : { privilege, columns: columns!.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [] };
}

/** The privilege of a grant, on columns or on the whole object. */
export function privilegeIn(word: string): string {
  return columnGrant(word)?.privilege ?? word;
}

/** Columns of `table` that the contract lets `identity` use with `privilege`, besides privileges on the whole table. */
export function declaredColumns(
  contract: ParsedContract,
  identity: string,
  table: string,
  privilege: string,
): string[] {
  return columnsIn(declaredPrivileges(contract, identity, table), privilege);
}

/** The columns of one privilege in these grants. */
export function columnsIn(privileges: ReadonlySet<string>, privilege: string): string[] {
  return [...privileges].map(columnGrant).flatMap((grant) => (grant?.privilege === privilege ? grant.columns : []));
}

/** Sections of the contract that list objects with their grants, by kind. */
export const sections = {
  schema: 'schemas',
  table: 'tables',
  sequence: 'sequences',
  function: 'functions',
  type: 'types',
} as const;
export type ListedKind = keyof typeof sections;

/** The contract's entry for an object, in whatever section; undefined if there is none. */
export function entryOf(
  contract: ParsedContract,
  object: string,
): { owner?: string | undefined; grants: Record<string, readonly string[]> } | undefined {
  return (
    contract.schemas[object] ??
    contract.tables[object] ??
    contract.sequences[object] ??
    contract.functions[object] ??
    contract.types[object]
  );
}

/** Roles that may own an object: the one that the contract names, otherwise its migrators or the owner of the database. */
export function declaredOwners(contract: ParsedContract, owner: string | undefined): string[] {
  return owner === undefined ? [...identitiesOf(contract, 'migrator'), 'pg_database_owner'] : [owner];
}

function grantsOn(contract: ParsedContract, object: string): Record<string, readonly string[]> {
  return (object === 'database' ? contract.database : entryOf(contract, object))?.grants ?? {};
}

/** A table or function of the contract, with its section. */
export type ContractedObject =
  | { section: 'tables'; kind: 'table'; object: string; entry: TableContract }
  | { section: 'functions'; kind: 'function'; object: string; entry: FunctionContract };

/** Tables, then functions, in the order of the contract. */
export function contractedObjects(contract: ParsedContract): ContractedObject[] {
  return [
    ...Object.entries(contract.tables).map(
      ([object, entry]) => ({ section: 'tables', kind: 'table', object, entry }) as const,
    ),
    ...Object.entries(contract.functions).map(
      ([object, entry]) => ({ section: 'functions', kind: 'function', object, entry }) as const,
    ),
  ];
}

/** Names of the identities of one kind, in the order of the contract. */
export function identitiesOf(contract: ParsedContract, kind: ParsedContract['identities'][string]['kind']): string[] {
  return Object.keys(contract.identities).filter((name) => contract.identities[name]!.kind === kind);
}

/** Names of the identities whose access is judged: all except migrators, who may do everything, and the platform's roles. */
export function judgedIdentities(contract: ParsedContract): string[] {
  return Object.keys(contract.identities).filter((name) => isJudged(contract.identities[name]!));
}

/** The role that runs the migrations by a real login; undefined if the superuser runs them. */
export function migratesAs({ migrations }: ParsedContract): string | undefined {
  return 'as' in migrations ? migrations.as : undefined;
}

/** The attributes of an identity for which the contract declares none. */
export function usualAttributes(kind: IdentityContract['kind']): (typeof attributes)[number][] {
  return kind === 'login' ? ['LOGIN', 'INHERIT'] : ['INHERIT'];
}

/** Whether the contract judges what a role may do. */
export function isJudged({ kind }: ParsedContract['identities'][string]): boolean {
  return kind !== 'migrator' && kind !== 'platform';
}

/**
 * Whether rows of the table may belong to tenants that must be kept apart: it has row security, says who owns its rows, or may
 * have the tenant's column.
 */
export function isTenantIsolated({ tenancy, tables }: ParsedContract, table: string): boolean {
  const said = tables[table];
  return (
    tenancy !== undefined &&
    said !== undefined &&
    said.rows !== 'all' &&
    (said.row_security !== 'off' || said.rows !== undefined || tenancy.column !== undefined)
  );
}
