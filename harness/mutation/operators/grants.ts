import { privileges } from '../../contract/contract.ts';
import { headOf, headTables, tableOf, type HeadObject } from '../head.ts';
import type { Mutant, MutationState, Operator } from '../mutant.ts';
import { idOf, onObject, roleSql } from '../sql-text.ts';

const columnPrivileges = ['SELECT', 'INSERT', 'UPDATE'] as const;

/** Privileges given to whoever does not have them. */
export const grants: Operator[] = [
  ...(['table', 'schema', 'database', 'sequence', 'type', 'function'] as const).map((kind) => ({
    name: `grant-${kind}`,
    about: `Gives one more privilege on a ${kind}: the least that least privilege must notice.`,
    mutants: (state: MutationState) => grantsOn(state, kind),
  })),
  {
    name: 'grant-column',
    about: 'Gives a privilege on one column alone, which questions about the whole table do not see.',
    mutants: columnGrants,
  },
  {
    name: 'grant-option',
    about: 'Lets somebody hand on what it has: the next grant needs no owner.',
    mutants: grantOptions,
  },
];

/** The privileges of a kind that this server knows. */
function known(kind: HeadObject['kind'], major: number): readonly string[] {
  return privileges[kind].filter((privilege) => privilege !== 'MAINTAIN' || major >= 17);
}

function grantsOn(state: MutationState, kind: HeadObject['kind']): Mutant[] {
  const head = headOf(state);
  const operator = `grant-${kind}`;
  return head.objects
    .filter((object) => object.kind === kind)
    .flatMap(({ object, owner }) =>
      head.grantees
        .filter((role) => role !== owner)
        .flatMap((role) =>
          known(kind, state.major)
            .filter((privilege) => !head.has(kind, object, role, privilege))
            .map((privilege) => ({
              id: idOf(operator, object, role, privilege),
              operator,
              object,
              identity: role,
              says: `${role} is given ${privilege} on ${object}.`,
              sql: `${onObject(`grant ${privilege.toLowerCase()}`, kind, object, `to ${roleSql(role)}`)};`,
              isolation: 'transaction' as const,
            })),
        ),
    );
}

function columnGrants(state: MutationState): Mutant[] {
  const head = headOf(state);
  const owners = new Map(
    head.objects.filter(({ kind }) => kind === 'table').map(({ object, owner }) => [object, owner]),
  );
  return headTables(state).flatMap(({ object, columns, keys }) => {
    const inKeys = new Set(keys.flatMap((key) => key.columns));
    const column = columns.find(({ name, writable }) => writable && !inKeys.has(name)) ?? columns[0];
    return column === undefined
      ? []
      : head.grantees
          .filter((role) => role !== owners.get(object))
          .flatMap((role) =>
            columnPrivileges
              .filter(
                (privilege) =>
                  !head.has('table', object, role, privilege) &&
                  !head.has('column', `${object}.${column.name}`, role, privilege),
              )
              .map((privilege) => ({
                id: idOf('grant-column', `${object}.${column.name}`, role, privilege),
                operator: 'grant-column',
                object: `${object}.${column.name}`,
                identity: role,
                says: `${role} is given ${privilege} on the column ${column.name} of ${object}.`,
                sql: `grant ${privilege.toLowerCase()} (${column.name}) on table ${object} to ${roleSql(role)};`,
                isolation: 'transaction' as const,
              })),
          );
  });
}

function grantOptions(state: MutationState): Mutant[] {
  const head = headOf(state);
  const owners = new Map(head.objects.map(({ kind, object, owner }) => [`${kind}\t${object}`, owner]));
  const identities = new Set(head.identities);
  return head.grants
    .filter(({ role, detail }) => identities.has(role) && !detail.grantable)
    .flatMap(({ kind, object, role, property }): Mutant[] => {
      const onColumn = kind === 'column';
      const of = onColumn ? tableOf(object) : object;
      const grantKind =
        onColumn || kind === 'view' || kind === 'materialized-view' ? 'table' : (kind as HeadObject['kind']);
      if (owners.get(`${grantKind}\t${of}`) === role) {
        return [];
      }
      const what = onColumn ? `${property.toLowerCase()} (${object.slice(of.length + 1)})` : property.toLowerCase();
      return [
        {
          id: idOf('grant-option', object, role, property),
          operator: 'grant-option',
          object,
          identity: role,
          says: `${role} may hand on ${property} on ${object}.`,
          sql: `${onObject(`grant ${what}`, grantKind, of, `to ${roleSql(role)} with grant option`)};`,
          isolation: 'transaction',
        },
      ];
    });
}
