import type { Fact } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { isClosedByPolicies } from '../contract/rows.ts';
import { draftIdentities } from './identities.ts';
import { draftNeeds } from './needs.ts';
import type { Brought } from './platform.ts';
import { draftOnlyThrough, type DefinerFunction } from './only-through.ts';
import { draftObjects, type DraftObjects } from './objects.ts';
import { readersOf, tableAccessOf } from './readers.ts';
import { sharedTables } from './shared-tables.ts';
import { PolicyReader } from './sources.ts';
import type { TableColumns } from './tables.ts';
import type { Way } from './sessions.ts';
import { draftTenancy, type DraftTenancy } from './tenancy.ts';
import { unguardedChildren } from './unguarded-children.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';

/** The input of a draft, read from a database. */
export interface Found {
  facts: readonly Fact[];
  tables: ReadonlyMap<SqlName, TableColumns>;
  functions: readonly { name: string; body: string }[];
  definerFunctions: readonly DefinerFunction[];
}

/** A contract of the current state, without its name, revisions, migrations and acceptances. */
export interface Draft extends DraftObjects, Pick<DraftTenancy, 'tenancy' | 'sessions' | 'tenantColumns'> {
  identities: ReturnType<typeof draftIdentities>['identities'];
  /** In words, what a person should correct. */
  unsure: string[];
}

/** Drafts a contract from what was read, with or without a platform. It does not use the database. */
export function draftOf(
  { facts, tables, functions, definerFunctions }: Found,
  parser: SqlParser,
  brought?: Brought,
  admins?: ReadonlySet<RoleName>,
): Draft {
  const { identities, unsure } = draftIdentities(facts, brought?.roles, admins);
  const objects = draftObjects(facts, identities);
  const logins = Object.keys(identities).filter((role) => identities[role]!.kind === 'login');
  const ways = waysTo(facts, logins, objects);
  // Nobody owns the rows: no policy says whose they are.
  const closed = Object.keys(objects.tables).filter(
    (table) => isClosedByPolicies(objects.tables[table]!) && brought?.tables.has(table) !== true,
  );
  const opened = without(objects.tables, closed);
  const told = draftTenancy(opened, tables, new PolicyReader(parser, functions, definerFunctions), {
    ways,
    person: brought?.person,
    known: brought?.tables,
  });
  const access = tableAccessOf(facts, logins);
  const unguarded = unguardedChildren(objects.tables, tables, told, readersOf(access));
  const shared = sharedTables(objects.tables, tables, { told, children: unguarded.children, access });
  const nobodys = closed.map((table) => [table, { rows: 'none' }] as const);
  for (const [table, rows] of [...told.rows, ...unguarded.rows, ...shared.rows, ...nobodys]) {
    objects.tables[table] = { ...rows, ...objects.tables[table] };
  }
  const assumed = Object.values(told.sessions).flatMap(({ role }) => (role === undefined ? [] : [role]));
  for (const [table, needs] of draftNeeds(
    facts,
    [...logins, ...assumed, ...(brought?.assumed ?? [])],
    objects.tables,
  )) {
    const entry = objects.tables[table];
    if (entry !== undefined) {
      entry.needs = needs;
    }
  }
  const doors = draftOnlyThrough(facts, { identities, tables: objects.tables, definerFunctions }, parser);
  for (const [table, only_through] of doors) {
    const denies = logins.map((identity) => ({ identity, access: ['SELECT'] }));
    Object.assign(objects.tables[table]!, { only_through, denies });
  }
  return {
    identities,
    ...objects,
    ...(told.tenancy === undefined ? {} : { tenancy: told.tenancy }),
    sessions: told.sessions,
    tenantColumns: told.tenantColumns,
    unsure: [...unsure, ...told.unsure, ...unguarded.unsure, ...shared.unsure],
  };
}

/** How logins reach tables with row security: as themselves, otherwise as each role that they may take and that may read one. */
function waysTo(facts: readonly Fact[], logins: readonly RoleName[], { tables }: DraftObjects): Way[] {
  const secured = new Set(Object.keys(tables).filter((table) => tables[table]!.row_security !== undefined));
  const ways = new Map<string, Way>();
  for (const { identity, object, privilege, paths } of effectiveAccess(facts, logins)) {
    if (!secured.has(object) || privilege !== 'SELECT') {
      continue;
    }
    const isOwn = paths.some(({ assumed }) => assumed === 'inherited');
    for (const { chain, assumed } of paths) {
      const role = assumed === 'set-role' && !isOwn ? chain[1] : undefined;
      ways.set(`${identity} ${role ?? ''}`, { login: identity, ...(role === undefined ? {} : { role }) });
    }
  }
  return [...ways.values()];
}

function without<T>(entries: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)));
}
