import { effectiveAccess, type Access, type Path } from '../catalog/access/effective-access.ts';
import { pathText } from '../catalog/access/explain.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { nameParts } from '../catalog/identifiers.ts';
import { definersOf } from '../catalog/owners.ts';
import { everyone } from '../catalog/role-name.ts';
import { everyRole } from '../catalog/roles-having.ts';

/** What an identity holds, and how, before it is judged. */
export interface AccessOf {
  identity: string;
  kind: FactKind;
  /** With its kind in front if the name alone is not clear: `schema public`. */
  object: string;
  /** The name in the facts, for comparison. */
  name: string;
  privilege: string;
  /** Every path in words. */
  path: string;
  /** The words of the path by which an auditor may filter. */
  held: string;
  /** False if the schema cannot be used: the privilege has no effect. */
  usable: boolean;
  /** Roles through which it is held, PUBLIC among them. */
  holders: readonly string[];
}

const named: ReadonlySet<FactKind> = new Set<FactKind>([...tableKinds, 'function', 'column']);

/** An object as the review and its decisions name it. */
export function objectLabel(kind: FactKind, object: string): string {
  return named.has(kind) || kind === object ? object : `${kind.replaceAll('-', ' ')} ${object}`;
}

/** Everything that every role and PUBLIC hold, without the server's own roles. */
export function accessOfAll(facts: readonly Fact[]): AccessOf[] {
  const runsAs = definersOf(facts);
  return effectiveAccess(facts, everyRole(facts)).map((access) => rowOf(access, runsAs));
}

function rowOf(access: Access, runsAs: ReadonlyMap<string, string>): AccessOf {
  const { identity, kind, object, privilege, usable, paths } = access;
  const owner = kind === 'function' && privilege === 'EXECUTE' ? runsAs.get(object) : undefined;
  const texts = [...new Set(paths.map((path) => pathText(path, privilege, object)))];
  return {
    identity,
    kind,
    object: objectLabel(kind, object),
    name: object,
    privilege,
    path: `${texts.join('; ')}${owner === undefined ? '' : `; the function runs as ${owner} (SECURITY DEFINER)`}`,
    held: [
      ...new Set(paths.map((path) => sourceOf(path, access))),
      ...(owner === undefined ? [] : ['definer function']),
    ].join('; '),
    usable,
    holders: [...new Set(paths.map(({ chain }) => chain.at(-1)!))],
  };
}

function sourceOf({ via, chain, assumed }: Path, { kind }: Access): string {
  const holder = chain.at(-1)!;
  if (holder === everyone) {
    return 'PUBLIC (every role)';
  }
  const how = kind === 'role' ? 'attribute' : via === 'owner' ? 'ownership' : 'direct grant';
  return chain.length === 1
    ? how
    : `${assumed === 'set-role' ? 'SET ROLE' : 'membership in'} ${chain.slice(1).join(' → ')}${how === 'direct grant' ? '' : ` (${how})`}`;
}

/** The table of a column's name, and the column. */
export function columnOf({ kind, name }: AccessOf): { table: string; column: string } | undefined {
  if (kind !== 'column') {
    return undefined;
  }
  const parts = nameParts(name as never);
  return { table: parts.slice(0, 2).join('.'), column: parts[2]! };
}
