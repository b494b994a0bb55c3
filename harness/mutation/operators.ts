import { by } from '../common/order.ts';
import type { Mutant, MutationState, Operator } from './mutant.ts';
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

/** Every way to break a state, family by family. */
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

/** Every mutant of a state by all operators, sorted by id; two of one id would be a fault of ours. */
export function mutantsOf(state: MutationState): Mutant[] {
  const mutants = operators
    .flatMap(({ takes, mutants }) => mutants(state).map((mutant) => (takes ? { ...mutant, takes } : mutant)))
    .sort(by(({ id }) => id));
  const twice = mutants.find(({ id }, index) => mutants[index + 1]?.id === id);
  if (twice !== undefined) {
    throw new Error(`two mutants are called ${twice.id}`);
  }
  return mutants;
}
