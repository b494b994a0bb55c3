import { sql, type SqlName, type SqlText } from '../../common/sql.ts';
import type { Fact } from '../../catalog/fact.ts';
import { headIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { roleSql } from '../sql-text.ts';

/** Row security switched off or on, or no longer forced on the owner. */
export const rowSecurity: Operator[] = [
  eachTable(
    'disable-row-security',
    'Turns row security off: the policies stay and are asked no more.',
    ({ detail }) => detail['enabled'] === true,
    (table) => sql`alter table ${table} disable row level security;`,
    'no longer has row security',
  ),
  {
    ...eachTable(
      'enable-row-security',
      'Turns row security on where there is no policy: nobody but the owner sees a row.',
      ({ detail }) => detail['enabled'] === false,
      (table) => sql`alter table ${table} enable row level security;`,
      'has row security that was not declared',
    ),
    narrowing: true,
  },
  eachTable(
    'no-force',
    'Lets the owner of a table pass its row security.',
    ({ detail }) => detail['forced'] === true,
    (table) => sql`alter table ${table} no force row level security;`,
    'does not bind its owner by row security',
  ),
  {
    name: 'no-force-owner',
    about: 'Lets the owner of a table pass its row security, and makes somebody the owner.',
    changes: ownersUnbound,
  },
];

function eachTable(
  name: string,
  about: string,
  applies: (fact: Fact) => boolean,
  change: (table: SqlName) => SqlText,
  then: string,
): Operator {
  const changes = (state: MutationState): Change[] =>
    rowSecurityFacts(state)
      .filter(applies)
      .map(({ object }) => ({ object, description: `${object} ${then}.`, sql: change(object) }));
  return { name, about, changes };
}

function rowSecurityFacts(state: MutationState): Fact[] {
  return headIndex(state)
    .facts('table', 'row-security')
    .filter(({ object }) => object in state.contract.tables);
}

function ownersUnbound(state: MutationState): Change[] {
  const head = headIndex(state);
  return rowSecurityFacts(state)
    .filter(({ detail }) => detail['enabled'] === true)
    .flatMap(({ object }) =>
      head.identities
        .filter((role) => !head.has('table', object, role, 'owner'))
        .map((role) => ({
          object,
          identity: role,
          description: `${role} owns ${object}, whose row security does not bind its owner.`,
          sql: sql`alter table ${object} no force row level security; alter table ${object} owner to ${roleSql(role)};`,
        })),
    );
}
