import type { Fact } from '../../catalog/fact.ts';
import { headOf } from '../head.ts';
import type { Mutant, MutationState, Operator } from '../mutant.ts';
import { idOf, roleSql } from '../sql-text.ts';

/** Row security off, on, or not for the owner. */
export const rowSecurity: Operator[] = [
  eachTable(
    'disable-row-security',
    'Turns row security off: the policies stay and are asked no more.',
    ({ detail }) => detail['enabled'] === true,
    (table) => `alter table ${table} disable row level security;`,
    'no longer has row security',
  ),
  {
    ...eachTable(
      'enable-row-security',
      'Turns row security on where there is no policy: nobody but the owner sees a row.',
      ({ detail }) => detail['enabled'] === false,
      (table) => `alter table ${table} enable row level security;`,
      'has row security that was not declared',
    ),
    takes: true,
  },
  eachTable(
    'no-force',
    'Lets the owner of a table pass its row security.',
    ({ detail }) => detail['forced'] === true,
    (table) => `alter table ${table} no force row level security;`,
    'does not bind its owner by row security',
  ),
  {
    name: 'no-force-owner',
    about: 'Lets the owner of a table pass its row security, and makes somebody the owner.',
    mutants: ownersUnbound,
  },
];

function eachTable(
  name: string,
  about: string,
  applies: (fact: Fact) => boolean,
  sql: (table: string) => string,
  says: string,
): Operator {
  const mutants = (state: MutationState): Mutant[] =>
    rowSecurityFacts(state)
      .filter(applies)
      .map(({ object }) => ({
        id: idOf(name, object),
        operator: name,
        object,
        identity: '',
        says: `${object} ${says}.`,
        sql: sql(object),
        isolation: 'transaction',
      }));
  return { name, about, mutants };
}

function rowSecurityFacts(state: MutationState): Fact[] {
  return headOf(state)
    .facts('table', 'row-security')
    .filter(({ object }) => object in state.contract.tables);
}

function ownersUnbound(state: MutationState): Mutant[] {
  const head = headOf(state);
  return rowSecurityFacts(state)
    .filter(({ detail }) => detail['enabled'] === true)
    .flatMap(({ object }) =>
      head.identities
        .filter((role) => !head.has('table', object, role, 'owner'))
        .map((role) => ({
          id: idOf('no-force-owner', object, role),
          operator: 'no-force-owner',
          object,
          identity: role,
          says: `${role} owns ${object}, whose row security does not bind its owner.`,
          sql: `alter table ${object} no force row level security; alter table ${object} owner to ${roleSql(role)};`,
          isolation: 'transaction',
        })),
    );
}
