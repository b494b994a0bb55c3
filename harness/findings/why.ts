import { effectiveAccess, type Access, type Path } from '../catalog/access/effective-access.ts';
import { pathText } from '../catalog/access/explain.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { nameParts } from '../catalog/identifiers.ts';
import { tableKinds } from '../catalog/access/targets.ts';
import { RolecallError } from '../common/errors.ts';
import { attributes, privileges } from '../contract/contract.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { keywordOf } from './revoke.ts';

/** Why a role has a privilege on an object, or what is missing for it. */
export interface Explanation {
  role: string;
  privilege: string;
  object: string;
  /** The statement would get past the grants: the privilege is held, and the schema can be used. */
  allowed: boolean;
  paths: (Path & { text: string })[];
  /** Of a table on which the role does not have the privilege: the columns on which it does. */
  columns: string[];
  /** What would be needed, each with the SQL that gives it; empty when allowed. */
  missing: { what: string; remedy: string }[];
  /** Others who have the privilege, and how. */
  holders: { role: string; text: string }[];
}

/** What can be held on each kind of object. */
const known: Partial<Record<FactKind, readonly string[]>> = {
  ...privileges,
  view: privileges.table,
  'materialized-view': privileges.table,
  column: ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'],
  'foreign-data-wrapper': ['USAGE'],
  'foreign-server': ['USAGE'],
  language: ['USAGE'],
  'large-object': ['SELECT', 'UPDATE'],
  parameter: ['SET', 'ALTER SYSTEM'],
  tablespace: ['CREATE'],
  role: attributes.filter((attribute) => !['LOGIN', 'INHERIT'].includes(attribute)),
};

/** The privilege as ACLs name it; refused where no kind of object has it. */
export function knownPrivilege(word: string): string {
  const upper = word.trim().toUpperCase().replaceAll(/\s+/g, ' ');
  const privilege = upper === 'TEMP' ? 'TEMPORARY' : upper;
  const all = [...new Set([...Object.values(known).flat(), 'OWNER'])];
  if (!all.includes(privilege)) {
    throw new RolecallError('bad-argument', {
      message: `${word} is not a privilege`,
      next: `Ask for one of ${all.join(', ')}.`,
    });
  }
  return privilege;
}

/** Explains from facts alone. Names are as the server prints them: `public.tenants`, `public.tenants.name`, `security.f(text)`, `database`. */
export function explainAccess(facts: readonly Fact[], asked: string, word: string, object: string): Explanation {
  const role = asked.toUpperCase() === 'PUBLIC' ? 'PUBLIC' : asked;
  const privilege = knownPrivilege(word);
  const roles = facts
    .filter(({ kind, property }) => kind === 'role' && property === 'exists')
    .map((fact) => fact.object);
  const kind = kindOf(facts, privilege, object);
  const access = effectiveAccess(facts, [...roles, 'PUBLIC', role]).filter(
    (one) => one.privilege === privilege || one.privilege === 'SUPERUSER',
  );
  const superuser =
    kind === undefined
      ? undefined
      : access.find((one) => one.identity === role && one.object === role && one.privilege === 'SUPERUSER');
  const table = tableOf(object);
  const onObject = (one: Access) =>
    one.privilege === privilege &&
    ((one.kind === kind && one.object === object) ||
      (kind === 'column' && tableKinds.has(one.kind) && one.object === table));
  const found = access.filter((one) => one.identity === role && onObject(one));
  const held = superuser === undefined || found.includes(superuser) ? found : [superuser, ...found];
  const paths = held.flatMap((one) => one.paths.map((path) => ({ ...path, text: pathText(path, privilege, object) })));
  const allowed = superuser !== undefined || found.some(({ usable }) => usable);
  const columns =
    found.length > 0 || allowed
      ? []
      : access
          .filter(
            (one) =>
              one.identity === role &&
              one.kind === 'column' &&
              one.privilege === privilege &&
              tableOf(one.object) === object,
          )
          .map((one) => nameParts(one.object)[2]!);
  const others = new Map(
    access
      .filter((one) => one.identity !== role && onObject(one))
      // What a role of the server's own is for needs no telling; its members are among the others.
      .filter(({ paths: [nearest] }) => nearest!.via !== 'predefined-role' || nearest!.chain.length > 1)
      .map(({ identity, paths: [nearest] }) => [identity, pathText(nearest!, privilege, object)]),
  );
  return {
    role,
    privilege,
    object,
    allowed,
    paths,
    columns,
    missing: allowed ? [] : missing({ facts, role, roles, privilege, object, kind, held: found.length > 0 }),
    holders: [...others].map(([holder, text]) => ({ role: holder, text })),
  };
}

function tableOf(column: string): string {
  return nameParts(column).slice(0, 2).join('.');
}

/** The kind of the object; undefined where there is no such object. Several kinds may share a name: the one that has the privilege. */
function kindOf(facts: readonly Fact[], privilege: string, object: string): FactKind | undefined {
  const named = facts.filter(
    (fact) =>
      fact.object === object &&
      (fact.property === 'owner' || fact.property === 'exists' || (isGrant(fact) && fact.kind !== 'column')),
  );
  const isColumn =
    nameParts(object).length === 3 &&
    facts.some((fact) => tableKinds.has(fact.kind) && fact.property === 'owner' && fact.object === tableOf(object));
  const kinds: FactKind[] = [
    ...named.map(({ kind }) => kind),
    ...(object === 'database' ? (['database'] as const) : []),
    ...(isColumn ? (['column'] as const) : []),
  ];
  const possible = (kind: FactKind) => [
    ...(known[kind] ?? []),
    ...(kind === 'column' || kind === 'role' ? [] : ['OWNER']),
  ];
  const [first] = kinds;
  const kind = kinds.find((one) => possible(one).includes(privilege));
  if (first !== undefined && kind === undefined) {
    throw new RolecallError('bad-argument', {
      message: `there is no ${privilege} on a ${first.replaceAll('-', ' ')}, which ${object} is`,
      next: `Ask for one of ${possible(first).join(', ')}.`,
    });
  }
  return kind;
}

interface Question {
  facts: readonly Fact[];
  role: string;
  roles: readonly string[];
  privilege: string;
  object: string;
  kind: FactKind | undefined;
  held: boolean;
}

function missing({ facts, role, roles, privilege, object, kind, held }: Question): Explanation['missing'] {
  const grantee = role === 'PUBLIC' ? role : quoteIdentifier(role);
  const needs: Explanation['missing'] = [];
  if (role !== 'PUBLIC' && !role.startsWith('pg_') && !roles.includes(role)) {
    needs.push({ what: `the role ${role} does not exist`, remedy: `CREATE ROLE ${grantee};` });
  }
  if (kind === undefined) {
    return [...needs, { what: unknownObject(facts, object), remedy: '' }];
  }
  if (!held) {
    needs.push({ what: `${privilege} on ${object}`, remedy: remedy(privilege, kind, object, grantee) });
  }
  const schema = facts
    .filter((fact) => fact.kind === 'schema' && fact.property === 'owner')
    .find((fact) => object.startsWith(`${fact.object}.`));
  if (schema !== undefined) {
    const usage = effectiveAccess(facts, [role]).some(
      (one) => one.kind === 'schema' && one.object === schema.object && one.privilege === 'USAGE',
    );
    if (!usage) {
      needs.push({
        what: `USAGE on schema ${schema.object}`,
        remedy: `GRANT USAGE ON SCHEMA ${schema.object} TO ${grantee};`,
      });
    }
  }
  return needs;
}

function remedy(privilege: string, kind: FactKind, object: string, grantee: string): string {
  if (kind === 'role') {
    return `ALTER ROLE ${quoteIdentifier(object)} ${privilege};`;
  }
  if (privilege === 'OWNER') {
    return `ALTER ${keywordOf(kind)} ${object} OWNER TO ${grantee};`;
  }
  return kind === 'column'
    ? `GRANT ${privilege} (${nameParts(object)[2]!}) ON ${keywordOf(kind)} ${tableOf(object)} TO ${grantee};`
    : `GRANT ${privilege} ON ${keywordOf(kind)} ${object} TO ${grantee};`;
}

/** What there is to say of a name that no object has. */
function unknownObject(facts: readonly Fact[], object: string): string {
  if (/^(pg_catalog|pg_toast|information_schema)(\.|$)/.test(object)) {
    return `${object} belongs to the system, and system objects are not covered`;
  }
  const lastPart = (name: string) => nameParts(name).at(-1)!.replaceAll('"', '').toLowerCase();
  const similar = facts
    .filter(
      ({ kind, property, object: name }) =>
        property === 'owner' && kind !== 'database' && lastPart(name) === lastPart(object),
    )
    .map((fact) => fact.object);
  const meant = similar.length === 0 ? '' : `; did you mean ${[...new Set(similar)].slice(0, 3).join(' or ')}?`;
  return `${object} does not exist, or is not written as the server prints it${meant}`;
}
