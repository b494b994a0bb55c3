import type { attributes, FunctionContract, IdentityContract, ParsedContract, TableContract } from './contract.ts';

/** A direct membership as the contract declares it, with all options said. */
export interface DeclaredMembership {
  role: string;
  inherit: boolean;
  set: boolean;
  admin: boolean;
}

/** Direct memberships of an identity, options filled in. */
export function declaredMemberships(contract: ParsedContract, identity: string): DeclaredMembership[] {
  return (contract.identities[identity]?.member_of ?? []).map((entry) =>
    typeof entry === 'string' ? { role: entry, inherit: true, set: true, admin: false } : entry,
  );
}

/** The identity and every role whose privileges it may come to have: PUBLIC, and its groups however deep. */
export function declaredSources(contract: ParsedContract, identity: string): string[] {
  return sourcesOf(contract, identity, () => true);
}

/** The identity and every role whose privileges it has as it is, without SET ROLE: those whose policies hold it too. */
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

/** An identity and its groups however deep, by the memberships that count. */
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

/** Privileges on `object` that the contract lets `identity` have, by whatever declared way. `database` is an object too. */
export function declaredPrivileges(contract: ParsedContract, identity: string, object: string): Set<string> {
  const grants = grantsOn(contract, object);
  return new Set(declaredSources(contract, identity).flatMap((source) => grants[source] ?? []));
}

/**
 * Privileges on `object` that the contract lets `identity` use as it is: what it has only after SET ROLE is that role's. It
 * holds words as the contract has them, `SELECT(id, name)` among them.
 */
export function inheritedPrivileges(contract: ParsedContract, identity: string, object: string): Set<string> {
  const grants = grantsOn(contract, object);
  return new Set(inheritedSources(contract, identity).flatMap((source) => grants[source] ?? []));
}

/** A grant on columns, `SELECT(id, name)`, taken apart; undefined for one on the whole object. */
export function columnGrant(word: string): { privilege: string; columns: string[] } | undefined {
  const [, privilege, columns] = /^(\w+)\((.*)\)$/.exec(word) ?? [];
  return privilege === undefined ? undefined : { privilege, columns: columns!.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [] };
}

/** The privilege of a grant, on columns or on the whole object. */
export function privilegeIn(word: string): string {
  return columnGrant(word)?.privilege ?? word;
}

/** Columns of `table` that the contract lets `identity` use with `privilege`, beside what it may do with the whole table. */
export function declaredColumns(
  contract: ParsedContract,
  identity: string,
  table: string,
  privilege: string,
): string[] {
  return columnsIn(declaredPrivileges(contract, identity, table), privilege);
}

/** Columns that privileges give to use with one of them. */
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

/** What the contract says of an object, wherever it stands; undefined where it says nothing. */
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

/** Roles that may own an object: the one that the contract names, else its migrators, or whoever owns the database. */
export function declaredOwners(contract: ParsedContract, owner: string | undefined): string[] {
  return owner === undefined ? [...identitiesOf(contract, 'migrator'), 'pg_database_owner'] : [owner];
}

function grantsOn(contract: ParsedContract, object: string): Record<string, readonly string[]> {
  return (object === 'database' ? contract.database : entryOf(contract, object))?.grants ?? {};
}

/** A table or function of the contract, with the section it stands in. */
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

/** Names of the identities whose access is judged: all but the migrators, who may do everything, and the platform's own. */
export function judgedIdentities(contract: ParsedContract): string[] {
  return Object.keys(contract.identities).filter((name) => isJudged(contract.identities[name]!));
}

/** The role that runs the migrations by a real login; undefined where the superuser does. */
export function migratesAs({ migrations }: ParsedContract): string | undefined {
  return 'as' in migrations ? migrations.as : undefined;
}

/** The attributes of an identity of which the contract says none. */
export function usualAttributes(kind: IdentityContract['kind']): (typeof attributes)[number][] {
  return kind === 'login' ? ['LOGIN', 'INHERIT'] : ['INHERIT'];
}

/** Whether the contract is held against what a role may do. */
export function isJudged({ kind }: ParsedContract['identities'][string]): boolean {
  return kind !== 'migrator' && kind !== 'platform';
}

/**
 * Whether rows of the table may belong to tenants, who must be kept apart: it has row security, says whose its rows are, or may
 * have the column of the tenant.
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
