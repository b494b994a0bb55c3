import type { RoleName, SqlName } from '../common/sql.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { isGrant, type Grant } from '../catalog/grant.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import { isJudged, isTenantIsolated, type ListedKind, sections } from '../contract/declared.ts';
import { actingIdentities } from '../contract/sessions.ts';
import type { TableDefinition } from './definitions.ts';
import type { MutationState } from './mutant.ts';

/** An object of the contract that exists. */
export interface HeadObject {
  kind: ListedKind | 'database';
  object: SqlName;
  owner: RoleName;
}

/** The undamaged state, indexed by what operators ask. */
export interface HeadIndex {
  /** Existing identities except migrators, in the order of the contract. */
  identities: RoleName[];
  logins: RoleName[];
  /** The logins, and the roles that their sessions assume. */
  actors: RoleName[];
  migrators: RoleName[];
  /** Everybody who could be given a privilege that the contract does not give them. */
  grantees: RoleName[];
  objects: HeadObject[];
  grants: Grant[];
  /** Whether a privilege in a schema is of use to the role: it may use the schema as it is. */
  mayUse(schema: SqlName, role: RoleName): boolean;
  /** Whether such a fact exists. For a grant: whether `role` has the privilege itself, not by membership or from PUBLIC. */
  has(kind: FactKind, object: SqlName | RoleName, role: RoleName, property: string): boolean;
  facts(kind: FactKind, property?: string): Fact[];
}

const heads = new WeakMap<MutationState, HeadIndex>();

/** The index of the state, made once for all operators. */
export function headIndex(state: MutationState): HeadIndex {
  const known = heads.get(state) ?? readHead(state);
  heads.set(state, known);
  return known;
}

function readHead({ contract, facts }: MutationState): HeadIndex {
  const said = new Set(facts.map(({ kind, object, role, property }) => key(listed(kind), object, role, property)));
  const has = (kind: FactKind, object: SqlName | RoleName, role: RoleName, property: string) =>
    said.has(key(listed(kind), object, role, property));
  const byKind = new Map<FactKind, Fact[]>();
  for (const fact of facts) {
    byKind.set(fact.kind, [...(byKind.get(fact.kind) ?? []), fact]);
  }
  const existing: RoleName[] = Object.keys(contract.identities).filter((name) => has('role', name, '', 'exists'));
  const identities = existing.filter((name) => isJudged(contract.identities[name]!));
  const contracted = new Set<string>([
    'database\tdatabase',
    ...Object.entries(sections).flatMap(([kind, section]) =>
      Object.keys(contract[section]).map((object) => `${kind}\t${object}`),
    ),
  ]);
  const logins = identities.filter((name) => contract.identities[name]!.kind === 'login');
  const assumed = actingIdentities(contract);
  // Few operators need it, and computing effective access takes long.
  let usable: Set<string> | undefined;
  return {
    identities,
    logins,
    actors: identities.filter((name) => logins.includes(name) || assumed.has(name)),
    migrators: existing.filter((name) => contract.identities[name]!.kind === 'migrator'),
    grantees: [...identities, 'PUBLIC'],
    objects: facts
      .filter(({ kind, object, property }) => property === 'owner' && contracted.has(`${listed(kind)}\t${object}`))
      .map(({ kind, object, role }) => ({ kind: listed(kind) as HeadObject['kind'], object, owner: role })),
    grants: facts
      .filter(isGrant)
      .filter(({ kind, object }) => contracted.has(`${listed(kind)}\t${kind === 'column' ? tableOf(object) : object}`)),
    mayUse: (schema, role) => (usable ??= usableSchemas(facts, identities)).has(`${role}\t${schema}`),
    has,
    facts: (kind, property) =>
      (byKind.get(kind) ?? []).filter((fact) => property === undefined || fact.property === property),
  };
}

/** Existing tables of the contract, with their definitions. */
export function headTables({ contract, definitions }: MutationState): TableDefinition[] {
  return definitions.tables.filter(({ object }) => object in contract.tables);
}

/** Ordinary tables that are closed to somebody: by row security, or because only functions may reach them. */
export function guardedTables(state: MutationState): TableDefinition[] {
  return headTables(state).filter(
    ({ object, kind }) =>
      (kind === 'table' || kind === 'partitioned') &&
      (isGuarded(state, object) || state.contract.tables[object]!.only_through.length > 0),
  );
}

function isGuarded({ contract }: MutationState, object: string): boolean {
  const { row_security, rows } = contract.tables[object]!;
  return row_security !== 'off' || (rows !== undefined && isTenantIsolated(contract, object));
}

// The contract lists views and columns with the tables.
function listed(kind: FactKind): FactKind {
  return kind === 'column' || tableKinds.has(kind) ? 'table' : kind;
}

function key(...parts: string[]): string {
  return parts.join('\t');
}

/** The role and schema of each schema that a role may use as it is. */
function usableSchemas(facts: readonly Fact[], identities: readonly RoleName[]): Set<string> {
  return new Set(
    effectiveAccess(facts, identities)
      .filter(
        ({ kind, privilege, paths }) =>
          kind === 'schema' &&
          (privilege === 'USAGE' || privilege === 'OWNER') &&
          paths.some(({ assumed }) => assumed === 'inherited'),
      )
      .map(({ identity, object }) => `${identity}\t${object}`),
  );
}
