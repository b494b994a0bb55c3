import { isGrant } from '../catalog/grant.ts';
import { nameParts } from '../catalog/identifiers.ts';
import { everyone } from '../catalog/role-name.ts';
import type { Fact } from '../catalog/fact.ts';
import { ownersOf } from '../catalog/owners.ts';
import { byCodeUnit } from '../common/order.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { privileges } from '../contract/contract.ts';
import type { DraftIdentity } from './identities.ts';

type Grants = Record<RoleName, string[]>;

/** A policy as a contract declares it. */
export interface DraftPolicy {
  command?: string;
  permissive?: false;
  roles?: string[];
  using?: string;
  check?: string;
}

/** A draft's entry for an object. */
export interface DraftObject {
  owner?: RoleName;
  grants?: Grants;
}

/** What an identity must be able to do. */
export interface DraftNeed {
  identity: RoleName;
  access: string[];
  required_by: string;
}

export interface DraftTable extends DraftObject {
  rows?: string | { column: string; is?: string } | { via: string | string[] } | undefined;
  /** The condition for rows that every session may read. */
  open?: string;
  row_security?: 'enabled' | 'forced';
  policies?: Record<string, DraftPolicy>;
  needs?: DraftNeed[];
  only_through?: SqlName[];
  denies?: { identity: RoleName; access: string[] }[];
}

export interface DraftFunction extends DraftObject {
  security?: 'definer';
  search_path?: string;
  body_sha256?: string;
  returns?: string;
}

/** Every object of a state with its current owner, grants and policies, by the sections of a contract. */
export interface DraftObjects {
  database: { grants: Grants };
  schemas: Record<SqlName, DraftObject>;
  tables: Record<SqlName, DraftTable>;
  functions: Record<SqlName, DraftFunction>;
  sequences: Record<SqlName, DraftObject>;
  types: Record<SqlName, DraftObject>;
  extensions: string[];
  future: Partial<Record<'tables' | 'sequences' | 'functions' | 'types', Grants>>;
}

const sections = {
  schema: ['schemas', 'schema'],
  table: ['tables', 'table'],
  view: ['tables', 'table'],
  'materialized-view': ['tables', 'table'],
  function: ['functions', 'function'],
  sequence: ['sequences', 'sequence'],
  type: ['types', 'type'],
} as const;
type ListedKind = keyof typeof sections;

/** The objects of a state with the roles `identities`. Objects of an extension are covered by its name. */
export function draftObjects(
  facts: readonly Fact[],
  identities: Readonly<Record<RoleName, DraftIdentity>>,
): DraftObjects {
  const draft: DraftObjects = {
    database: { grants: {} },
    schemas: {},
    tables: {},
    functions: {},
    sequences: {},
    types: {},
    extensions: [
      ...new Set(facts.flatMap(({ detail }) => (typeof detail['extension'] === 'string' ? [detail['extension']] : []))),
    ].toSorted(byCodeUnit),
    future: {},
  };
  const own = facts.filter(({ detail }) => detail['extension'] === undefined);
  const isMigrator = (role: RoleName) => identities[role]?.kind === 'migrator' || role === 'pg_database_owner';
  const isNamed = (role: RoleName) => role === everyone || Object.hasOwn(identities, role);
  const owners = ownersOf(own);
  for (const fact of own.filter(isListed)) {
    const [section] = sections[fact.kind];
    if (fact.property === 'owner' && !isServerOwn(fact)) {
      const known = draft[section][fact.object] ?? {};
      draft[section][fact.object] = known;
      if (!isMigrator(fact.role)) {
        known.owner = fact.role;
      }
    }
  }
  for (const fact of own.filter(isGrant)) {
    const { kind, object, role, property } = fact;
    const isOwners = owners.get(`${kind} ${object}`) === role;
    if (isOwners || isMigrator(role) || !isNamed(role) || isServerOwn(fact)) {
      continue;
    }
    if (kind === 'database') {
      give(draft.database.grants, role, property, 'database');
    } else if (kind === 'column') {
      const [schema, table, column] = nameParts(object);
      const entry = (draft.tables[`${schema!}.${table!}`] ??= {});
      give((entry.grants ??= {}), role, `${property}(${column!})`, 'table');
    } else if (isListed(fact)) {
      const [section, words] = sections[fact.kind];
      const entry = (draft[section][object] ??= {});
      give((entry.grants ??= {}), role, property, words);
    }
  }
  addRowSecurity(draft, own);
  addDefiners(draft, own);
  draft.future = futureOf(own, isMigrator, isNamed);
  return draft;
}

function isListed<T extends Fact>(fact: T): fact is T & { kind: ListedKind } {
  return Object.hasOwn(sections, fact.kind);
}

/** The server's own objects, and those that it creates itself, are not listed. */
function isServerOwn({ object, detail }: Fact): boolean {
  return (
    /^(?:pg_catalog|information_schema)(?:\.|$)/.test(object) ||
    detail['builtin'] === true ||
    detail['constructor_of'] !== undefined
  );
}

function give(grants: Grants, role: RoleName, word: string, kind: keyof typeof privileges): void {
  const known: readonly string[] = privileges[kind];
  const rank = (one: string) => `${String(known.indexOf(one.replace(/\(.*/, ''))).padStart(2, '0')} ${one}`;
  grants[role] = [...new Set([...(grants[role] ?? []), word])].toSorted((a, b) => byCodeUnit(rank(a), rank(b)));
}

function addRowSecurity(draft: DraftObjects, facts: readonly Fact[]): void {
  for (const { kind, object, property, detail, policy } of facts) {
    const table = draft.tables[object];
    if (table !== undefined && kind === 'table' && property === 'row-security' && detail['enabled'] === true) {
      table.row_security = detail['forced'] === true ? 'forced' : 'enabled';
    }
    if (table !== undefined && kind === 'policy' && policy !== undefined) {
      const { command, permissive, roles, using, check } = detail as unknown as Required<DraftPolicy> & {
        permissive: boolean;
      };
      const toAll = roles.length === 1 && roles[0] === everyone;
      (table.policies ??= {})[policy] = {
        ...(command === 'ALL' ? {} : { command }),
        ...(permissive ? {} : { permissive }),
        ...(toAll ? {} : { roles: [...roles] }),
        ...(using === undefined ? {} : { using }),
        ...(check === undefined ? {} : { check }),
      };
    }
  }
  // A table without row security has no policies in the contract.
  for (const table of Object.values(draft.tables)) {
    if (table.row_security === undefined) {
      delete table.policies;
    }
  }
}

function addDefiners(draft: DraftObjects, facts: readonly Fact[]): void {
  for (const { object, property, detail } of facts) {
    const fn = draft.functions[object];
    if (fn !== undefined && property === 'security-definer') {
      const { search_path: searchPath, body, returns } = detail;
      fn.security = 'definer';
      if (typeof searchPath === 'string') {
        fn.search_path = searchPath;
      }
      if (typeof body === 'string') {
        fn.body_sha256 = body;
      }
      if (typeof returns === 'string') {
        fn.returns = returns;
      }
    }
  }
}

/** What a migrator's future objects will grant: PostgreSQL's own defaults, and ALTER DEFAULT PRIVILEGES. */
function futureOf(
  facts: readonly Fact[],
  isMigrator: (role: RoleName) => boolean,
  isNamed: (role: RoleName) => boolean,
): DraftObjects['future'] {
  const promises = facts.filter(
    ({ kind, promise }) => kind === 'default-privileges' && promise !== undefined && isMigrator(promise.creator),
  );
  const replaced = (section: string) =>
    promises.some(({ property, promise }) => property === 'replaces-default' && promise!.section === section);
  const future: DraftObjects['future'] = {
    ...(replaced('functions') ? {} : { functions: { [everyone]: ['EXECUTE'] } }),
    ...(replaced('types') ? {} : { types: { [everyone]: ['USAGE'] } }),
  };
  const words = { tables: 'table', sequences: 'sequence', functions: 'function', types: 'type' } as const;
  for (const { role, property, promise } of promises) {
    const section = promise!.section;
    if (property === 'replaces-default' || isMigrator(role) || !isNamed(role) || !(section in words)) {
      continue;
    }
    const key = section as keyof typeof words;
    give((future[key] ??= {}), role, property, words[key]);
  }
  return future;
}

/** Entries that are not empty. */
export function withoutEmpty<T extends object>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => Object.keys(entry).length > 0));
}
