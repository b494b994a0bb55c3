import { diffFacts } from '../catalog/diff-facts.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { nameParts, tableOf } from '../catalog/identifiers.ts';
import type { Mutant } from './mutant.ts';
import { operators } from './operators.ts';

const ofRoles = new Set<FactKind>(['role', 'membership', 'setting']);
const roleOperators = new Set(operators.filter((operator) => operator.ofRoles).map(({ name }) => name));

/** The mutants of objects and roles whose facts differ between two states. A pull request is tested with these. */
export function onlyChanged<T extends Pick<Mutant, 'operator' | 'object' | 'identity'>>(
  mutants: readonly T[],
  baseline: readonly Fact[],
  head: readonly Fact[],
): T[] {
  const { added, removed } = diffFacts(baseline, head);
  const objects = new Set<string>();
  const roles = new Set<string>();
  for (const { kind, object, role, property } of [...added, ...removed]) {
    if (ofRoles.has(kind)) {
      // A setting of a whole database has no role. Its name identifies it.
      [kind === 'setting' ? property : object, role].forEach((name) => roles.add(name));
    } else {
      objects.add(object);
      objects.add(kind === 'column' ? tableOf(object) : object);
    }
  }
  roles.delete('');
  return mutants.filter(({ operator, object, identity }) =>
    roleOperators.has(operator)
      ? roles.has(object) || roles.has(identity)
      : objects.has(object) || (isColumn(object) && objects.has(tableOf(object))),
  );
}

function isColumn(object: string): boolean {
  return nameParts(object).length === 3;
}
