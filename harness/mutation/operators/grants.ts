import { tableOf } from '../../catalog/identifiers.ts';
import { lowered, sql, verbatim } from '../../common/sql.ts';
import { privileges } from '../../contract/contract.ts';
import { headIndex, headTables, type HeadObject } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { onObject, roleSql } from '../sql-text.ts';

const columnPrivileges = ['SELECT', 'INSERT', 'UPDATE'] as const;

/** Privileges granted to roles that do not have them. */
export const grants: Operator[] = [
  ...(['table', 'schema', 'database', 'sequence', 'type', 'function'] as const).map((kind) => ({
    name: `grant-${kind}`,
    about: `Gives one more privilege on a ${kind}: the least that least privilege must notice.`,
    changes: (state: MutationState) => grantsOn(state, kind),
  })),
  {
    name: 'grant-column',
    about: 'Gives a privilege on one column alone, which questions about the whole table do not see.',
    changes: columnGrants,
  },
  {
    name: 'grant-option',
    about: 'Lets somebody hand on what it has: the next grant needs no owner.',
    changes: grantOptions,
  },
];

/** The privileges of a kind that this server version knows. */
function known(kind: HeadObject['kind'], major: number): readonly string[] {
  return privileges[kind].filter((privilege) => privilege !== 'MAINTAIN' || major >= 17);
}

function* grantsOn(state: MutationState, kind: HeadObject['kind']): Iterable<Change> {
  const head = headIndex(state);
  for (const { object, owner } of head.objects.filter((one) => one.kind === kind)) {
    for (const role of head.grantees.filter((one) => one !== owner)) {
      for (const privilege of known(kind, state.major).filter((one) => !head.has(kind, object, role, one))) {
        yield {
          object,
          identity: role,
          details: [privilege],
          description: `${role} is given ${privilege} on ${object}.`,
          sql: `${onObject(`grant ${privilege.toLowerCase()}`, kind, object, sql`to ${roleSql(role)}`)};`,
        };
      }
    }
  }
}

function* columnGrants(state: MutationState): Iterable<Change> {
  const head = headIndex(state);
  const owners = new Map(
    head.objects.filter(({ kind }) => kind === 'table').map(({ object, owner }) => [object, owner]),
  );
  for (const { object, columns, keys } of headTables(state)) {
    const inKeys = new Set(keys.flatMap((key) => key.columns));
    const column = (columns.find(({ name, writable }) => writable && !inKeys.has(name)) ?? columns[0])?.name;
    if (column === undefined) {
      continue;
    }
    const has = (role: string, privilege: string) =>
      head.has('table', object, role, privilege) || head.has('column', `${object}.${column}`, role, privilege);
    for (const role of head.grantees.filter((one) => one !== owners.get(object))) {
      for (const privilege of columnPrivileges.filter((one) => !has(role, one))) {
        yield {
          object: `${object}.${column}`,
          identity: role,
          details: [privilege],
          description: `${role} is given ${privilege} on the column ${column} of ${object}.`,
          sql: sql`grant ${lowered(privilege)} (${column}) on table ${object} to ${roleSql(role)};`,
        };
      }
    }
  }
}

function* grantOptions(state: MutationState): Iterable<Change> {
  const head = headIndex(state);
  const owners = new Map(head.objects.map(({ kind, object, owner }) => [`${kind}\t${object}`, owner]));
  const identities = new Set(head.identities);
  for (const { kind, object, role, property, detail } of head.grants) {
    const onColumn = kind === 'column';
    const of = onColumn ? tableOf(object) : object;
    const grantKind =
      onColumn || kind === 'view' || kind === 'materialized-view' ? 'table' : (kind as HeadObject['kind']);
    if (!identities.has(role) || detail.grantable || owners.get(`${grantKind}\t${of}`) === role) {
      continue;
    }
    const what = onColumn ? sql`${lowered(property)} (${verbatim(object.slice(of.length + 1))})` : lowered(property);
    yield {
      object,
      identity: role,
      details: [property],
      description: `${role} may hand on ${property} on ${object}.`,
      sql: sql`${onObject(sql`grant ${what}`, grantKind, of, sql`to ${roleSql(role)} with grant option`)};`,
    };
  }
}
