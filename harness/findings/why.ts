import { type RoleName, sql, type SqlName, type SqlText, verbatim } from '../common/sql.ts';
import { effectiveAccess, type Access, type Path } from '../catalog/access/effective-access.ts';
import { pathText } from '../catalog/access/explain.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import { roleOf, type Fact, type FactKind } from '../catalog/fact.ts';
import { nameParts, schemaOf, tableOf } from '../catalog/identifiers.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import { everyone, roleSql } from '../catalog/role-name.ts';
import { knownPrivilege, namedObject, unknownObject } from './named-object.ts';
import { RemedySql } from './remedy-sql.ts';

/** Why a role has a privilege on an object, or what is missing for it. */
export interface Explanation {
  role: string;
  privilege: string;
  object: string;
  /** Undefined if the object does not exist. */
  kind?: FactKind | undefined;
  /** Other kinds of object with that name on which the privilege could be held. */
  also: FactKind[];
  /** Whether the statement would get past the grants: the privilege is held, and the schema can be used. */
  allowed: boolean;
  paths: (Path & { text: string })[];
  /** For a table on which the role lacks the privilege: the columns on which it has it. */
  columns: string[];
  /** What is missing, each with the SQL that grants it, if SQL can; empty if allowed. */
  missing: { what: string; remedy: string }[];
  /** Other roles that have the privilege, and how. */
  holders: { role: string; text: string }[];
}

/** What is known of a database. */
export interface Known {
  facts: readonly Fact[];
  /** The database's name, for remedies. */
  database: string;
  /** The columns of the table that the question is about, if there is one. */
  columns?: readonly string[] | undefined;
}

/**
 * Explains from facts. Names are as the server prints them: `public.tenants`, `public.tenants.name`, `security.f(text)`,
 * `database`, with or without a kind in front.
 */
export function explainAccess(known: Known, askedRole: string, word: string, askedObject: string): Explanation {
  const { facts } = known;
  const role = askedRole.toUpperCase() === everyone && askedRole !== '"PUBLIC"' ? everyone : askedRole;
  const privilege = knownPrivilege(word);
  const { name: object, kind, others: also } = namedObject(facts, privilege, askedObject, known.columns);
  const roles = rolesHaving(facts, 'exists');
  const access = effectiveAccess(facts, [...roles, everyone, role]);
  const onObject = (one: Access) =>
    one.privilege === privilege &&
    ((one.kind === kind && one.object === object) ||
      (kind === 'column' && holdsColumns(one.kind) && one.object === tableOf(object)));
  const own = access.filter(({ identity }) => identity === role);
  const superuser = kind === undefined ? [] : own.filter((one) => one.privilege === 'SUPERUSER');
  const found = own.filter(onObject);
  const paths = [...new Set([...superuser, ...found])].flatMap((one) =>
    one.paths.map((path) => ({ ...path, text: pathText(path, privilege, object) })),
  );
  const allowed = superuser.length > 0 || found.some(({ usable }) => usable);
  const columns = found.length > 0 || allowed ? [] : columnsOf(own, privilege, object);
  const others = new Map(
    access
      .filter((one) => one.identity !== role && onObject(one))
      // The purpose of a role of the server is known. Its members are among the other holders.
      .filter(({ paths: [nearest] }) => nearest!.via !== 'predefined-role' || nearest!.chain.length > 1)
      .map(({ identity, paths: [nearest] }) => [identity, pathText(nearest!, privilege, object)]),
  );
  return {
    role,
    privilege,
    object,
    kind,
    also,
    allowed,
    paths,
    columns,
    missing: allowed ? [] : missing(known, { role, roles, privilege, object, kind, access, found }),
    holders: [...others].map(([holder, text]) => ({ role: holder, text })),
  };
}

function holdsColumns(kind: FactKind): boolean {
  return tableKinds.has(kind) || kind === 'sequence';
}

function columnsOf(own: readonly Access[], privilege: string, table: string): string[] {
  return own
    .filter((one) => one.kind === 'column' && one.privilege === privilege && tableOf(one.object) === table)
    .map((one) => nameParts(one.object)[2]!);
}

interface Question {
  role: string;
  roles: ReadonlySet<string>;
  privilege: string;
  object: string;
  kind: FactKind | undefined;
  access: readonly Access[];
  found: readonly Access[];
}

function missing(
  { facts, database }: Known,
  { role, roles, privilege, object, kind, access, found }: Question,
): Explanation['missing'] {
  const remedies = new RemedySql(facts, database);
  const needs: Explanation['missing'] = [];
  const exists = role === everyone || roles.has(role);
  if (!exists) {
    needs.push({
      what: `the role ${role} does not exist`,
      remedy: role.startsWith('pg_') ? '' : sql`CREATE ROLE ${roleSql(role)};`,
    });
  }
  if (kind === undefined) {
    return [...needs, { what: unknownObject(facts, object), remedy: '' }];
  }
  if (!exists && role.startsWith('pg_')) {
    return needs;
  }
  if (found.length === 0) {
    const remedy = remedyOf(remedies, privilege, kind, object, role);
    needs.push({ what: `${privilege} on ${object}${remedy === '' ? whyNot(kind, role) : ''}`, remedy });
  }
  const usage = inSchema.has(kind) ? missingUsage(facts, access, { role, object, found, exists }) : undefined;
  return usage === undefined
    ? needs
    : [
        ...needs,
        { what: `USAGE on schema ${usage.schema}`, remedy: remedies.grant('USAGE', 'schema', usage.schema, usage.to) },
      ];
}

const inSchema: ReadonlySet<FactKind> = new Set<FactKind>([...tableKinds, 'column', 'sequence', 'function', 'type']);

/** The schema that is not usable as the same role that has the privilege, or will have it. */
function missingUsage(
  facts: readonly Fact[],
  access: readonly Access[],
  { role, object, found, exists }: Pick<Question, 'role' | 'object' | 'found'> & { exists: boolean },
): { schema: string; to: string } | undefined {
  const schema = schemaOf(object);
  if (!facts.some((fact) => fact.kind === 'schema' && fact.property === 'owner' && fact.object === schema)) {
    return undefined;
  }
  if (found.length > 0) {
    // A role that gets the privilege through another one gets what that one has.
    const { chain, assumed } = found[0]!.paths[0]!;
    const holder = chain.at(-1)!;
    return { schema, to: assumed === 'inherited' || holder === everyone ? role : holder };
  }
  const has = access.some(
    (one) =>
      one.identity === (exists ? role : everyone) &&
      one.kind === 'schema' &&
      one.object === schema &&
      one.privilege === 'USAGE' &&
      one.paths.some(({ assumed }) => assumed === 'inherited'),
  );
  return has ? undefined : { schema, to: role };
}

function remedyOf(remedies: RemedySql, privilege: string, kind: FactKind, object: SqlName, role: RoleName): SqlText {
  if (kind === 'role') {
    return roleOf({ object }) === role ? sql`ALTER ROLE ${roleSql(role)} ${verbatim(privilege)};` : '';
  }
  return privilege === 'OWNER' ? remedies.owner(kind, object, role) : remedies.grant(privilege, kind, object, role);
}

/** Why no SQL grants it. */
function whyNot(kind: FactKind, role: string): string {
  if (role === everyone) {
    return ', which only a role can be';
  }
  return kind === 'role'
    ? ', which one has as that role alone'
    : `: the owner of a ${kind.replaceAll('-', ' ')} must be a superuser`;
}
