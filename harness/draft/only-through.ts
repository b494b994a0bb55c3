import { nameParts } from '../catalog/identifiers.ts';
import { effectiveAccess } from '../catalog/access/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import type { DraftIdentity } from './identities.ts';
import { tablePrivileges } from './needs.ts';
import type { DraftTable } from './objects.ts';

/** A SECURITY DEFINER function and its body. */
export interface DefinerFunction {
  name: SqlName;
  body: string;
}

/**
 * Tables on which only definers have privileges and that only SECURITY DEFINER functions read which a login may execute: the
 * functions, by table.
 */
export function draftOnlyThrough(
  facts: readonly Fact[],
  {
    identities,
    tables,
    definerFunctions,
  }: {
    identities: Readonly<Record<RoleName, DraftIdentity>>;
    tables: Readonly<Record<SqlName, DraftTable>>;
    definerFunctions: readonly DefinerFunction[];
  },
  parser: SqlParser,
): Map<SqlName, SqlName[]> {
  const ofKind = (...kinds: DraftIdentity['kind'][]) =>
    Object.keys(identities).filter((role) => kinds.includes(identities[role]!.kind));
  const held = (roles: readonly RoleName[]) =>
    new Set(tablePrivileges(facts, roles, { all: true }).map(({ table }) => table));
  const [byOthers, byDefiners] = [held([...ofKind('login', 'group'), 'PUBLIC']), held(ofKind('definer'))];
  const called = new Set(
    effectiveAccess(facts, ofKind('login'))
      .filter(({ privilege, usable }) => privilege === 'EXECUTE' && usable)
      .map(({ object }) => object),
  );
  const named = definerFunctions
    .filter(({ name }) => called.has(name))
    .map(({ name, body }) => ({ name, words: wordsOf(body, parser) }));
  const closed = Object.keys(tables).filter((table) => byDefiners.has(table) && !byOthers.has(table));
  const doors = closed.map(
    (table) => [table, named.filter(({ words }) => isNamedIn(words, table)).map(({ name }) => name)] as const,
  );
  return new Map(doors.filter(([, names]) => names.length > 0));
}

function wordsOf(body: string, parser: SqlParser): string[] {
  const tokens = parser.tokens(body);
  return 'read' in tokens ? tokens.read.filter(({ kind }) => kind !== 'comment').map(({ word }) => word) : [];
}

/** Whether words contain a table's name with its schema. Without one, the search_path would decide. */
function isNamedIn(words: readonly string[], table: SqlName): boolean {
  const [schema, name] = nameParts(table);
  return words.some((word, at) => word === schema && words[at + 1] === '.' && words[at + 2] === name);
}
