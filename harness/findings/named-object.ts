import type { Fact, FactKind } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { nameParts, tableOf } from '../catalog/identifiers.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import { RolecallError } from '../common/errors.ts';
import { attributes, privileges } from '../contract/contract.ts';

/** The privileges on each kind of object. If several objects share a name, the first kind is meant. */
const held: Partial<Record<FactKind, readonly string[]>> = {
  table: privileges.table,
  view: privileges.table,
  'materialized-view': privileges.table,
  column: ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'],
  sequence: privileges.sequence,
  function: privileges.function,
  schema: privileges.schema,
  type: privileges.type,
  database: privileges.database,
  role: attributes.filter((attribute) => !['LOGIN', 'INHERIT'].includes(attribute)),
  language: ['USAGE'],
  'foreign-server': ['USAGE'],
  'foreign-data-wrapper': ['USAGE'],
  tablespace: ['CREATE'],
  'large-object': ['SELECT', 'UPDATE'],
  parameter: ['SET', 'ALTER SYSTEM'],
};
const order = Object.keys(held) as FactKind[];

/** The privilege as ACLs name it. Refuses one that no kind of object has. */
export function knownPrivilege(word: string): string {
  const upper = word.trim().toUpperCase().replaceAll(/\s+/g, ' ');
  const privilege = upper === 'TEMP' ? 'TEMPORARY' : upper;
  const all = [...new Set([...Object.values(held).flat(), 'OWNER'])];
  if (!all.includes(privilege)) {
    throw new RolecallError('bad-argument', {
      message: `${word} is not a privilege`,
      next: `Ask for one of ${all.join(', ')}.`,
    });
  }
  return privilege;
}

/** The object of a question. */
export interface NamedObject {
  name: string;
  /** Undefined if the object does not exist. */
  kind: FactKind | undefined;
  /** Other kinds of object with that name that can have the privilege too. */
  others: FactKind[];
}

/**
 * The object that a name means, with or without its kind in front: `public.t`, `schema public`. Refuses one of a kind that cannot
 * have the privilege. `columns` are those of the table, if they are known.
 */
export function namedObject(
  facts: readonly Fact[],
  privilege: string,
  asked: string,
  columns?: readonly string[],
): NamedObject {
  const { word, name } = kindAndName(asked);
  const kinds = order.filter((kind) => (word === undefined || word === kind) && isThere(facts, kind, name, columns));
  const fitting = kinds.filter((kind) => possible(kind).includes(privilege));
  const [first] = kinds;
  if (first !== undefined && fitting.length === 0) {
    throw new RolecallError('bad-argument', {
      message: `there is no ${privilege} on a ${first.replaceAll('-', ' ')}, which ${name} is`,
      next: `Ask for one of ${possible(first).join(', ')}.`,
    });
  }
  const [kind, ...others] = fitting;
  return { name, kind, others };
}

/** The table whose columns are needed to tell whether a name is that of a column; undefined if it cannot be one. */
export function tableOfColumn(facts: readonly Fact[], asked: string): string | undefined {
  const { name } = kindAndName(asked);
  return isColumnName(facts, name) ? tableOf(name) : undefined;
}

function kindAndName(asked: string): { word: FactKind | undefined; name: string } {
  const word = order.find((kind) => asked.toLowerCase().startsWith(`${kind.replaceAll('-', ' ')} `));
  return { word, name: word === undefined ? asked : asked.slice(word.length + 1).trim() };
}

function possible(kind: FactKind): string[] {
  return [...(held[kind] ?? []), ...(['column', 'role', 'parameter'].includes(kind) ? [] : ['OWNER'])];
}

function isThere(
  facts: readonly Fact[],
  kind: FactKind,
  name: string,
  columns: readonly string[] | undefined,
): boolean {
  if (kind === 'database') {
    return name === 'database';
  }
  if (kind === 'column') {
    return isColumnName(facts, name) && (columns === undefined || columns.includes(nameParts(name)[2]!));
  }
  return facts.some(
    (fact) =>
      fact.kind === kind &&
      fact.object === name &&
      (fact.property === 'owner' || fact.property === 'exists' || isGrant(fact)),
  );
}

function isColumnName(facts: readonly Fact[], name: string): boolean {
  return (
    nameParts(name).length === 3 &&
    facts.some(
      (fact) =>
        (tableKinds.has(fact.kind) || fact.kind === 'sequence') &&
        fact.property === 'owner' &&
        fact.object === tableOf(name),
    )
  );
}

/** The message for a name that no object has. */
export function unknownObject(facts: readonly Fact[], object: string): string {
  if (/^(pg_catalog|pg_toast|information_schema)(\.|$)/.test(object)) {
    return `${object} belongs to the system, and system objects are not covered`;
  }
  const similar = similarNames(
    facts.filter(({ kind, property }) => property === 'owner' && kind !== 'database').map((fact) => fact.object),
    object,
  );
  const meant = similar.length === 0 ? '' : `; did you mean ${similar.slice(0, 3).join(' or ')}?`;
  return `${object} does not exist, or is not written as the server prints it${meant}`;
}

/** Names whose last part differs from the given one only by quotes and capitals, or is its first 63 bytes. */
export function similarNames(names: readonly string[], object: string): string[] {
  const wanted = lastPart(object);
  const cut = Buffer.from(wanted).subarray(0, 63).toString();
  return [...new Set(names)].filter((name) => {
    const part = lastPart(name);
    return part === wanted || (part === cut && cut !== wanted);
  });
}

function lastPart(name: string): string {
  return nameParts(name).at(-1)!.replaceAll('"', '').toLowerCase();
}
