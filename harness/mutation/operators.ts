import { by } from '../common/order.ts';
import type { Change, Mutant, MutationState, Operator } from './mutant.ts';
import { defaultPrivileges } from './operators/default-privileges.ts';
import { functions } from './operators/functions.ts';
import { grants } from './operators/grants.ts';
import { keys } from './operators/keys.ts';
import { leaks } from './operators/leaks.ts';
import { memberships } from './operators/memberships.ts';
import { ownership } from './operators/ownership.ts';
import { policies } from './operators/policies.ts';
import { revokes } from './operators/revokes.ts';
import { roles } from './operators/roles.ts';
import { rowSecurity } from './operators/row-security.ts';

/** All operators, by family. */
export const operators: readonly Operator[] = [
  ...grants,
  ...revokes,
  ...policies,
  ...rowSecurity,
  ...functions,
  ...ownership,
  ...memberships,
  ...roles,
  ...defaultPrivileges,
  ...leaks,
  ...keys,
];

/** Every mutant of a state by all operators, sorted by id. Two with the same id would be a bug. */
export function mutantsOf(state: MutationState): Mutant[] {
  const mutants = operators.flatMap((operator) => mutantsBy(operator, state)).sort(by(({ id }) => id));
  const twice = mutants.find(({ id }, index) => mutants[index + 1]?.id === id);
  if (twice !== undefined) {
    throw new Error(`two mutants are called ${twice.id}`);
  }
  return mutants;
}

/** The mutants of one operator, in the order in which it makes their changes. */
export function mutantsBy(operator: Operator, state: MutationState): Mutant[] {
  return Array.from(operator.changes(state), (change) => mutantOf(operator, change));
}

/** The mutant of a change. Its id consists of names only; its isolation depends on whether it must be undone. */
function mutantOf(operator: Operator, change: Change): Mutant {
  const { object = '', identity = '', details = [], description, sql, undo, shown_by } = change;
  return {
    id: [operator.name, object, identity, ...details].filter((part) => part !== '').join('/'),
    operator: operator.name,
    object: object || identity,
    identity,
    description,
    sql,
    isolation: undo === undefined ? 'transaction' : 'login',
    ...(operator.narrowing === true || change.narrowing === true ? { narrowing: true } : {}),
    ...(undo === undefined ? {} : { undo }),
    ...(shown_by === undefined ? {} : { shown_by }),
  };
}
