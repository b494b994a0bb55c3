import type { Fact } from './fact.ts';
import { factLine } from './fact-text.ts';

/** Facts of one state that the other has not. */
export interface FactDiff {
  added: Fact[];
  removed: Fact[];
}

/** What `head` has that `baseline` has not, and the reverse; facts are the same when their lines are. */
export function diffFacts(baseline: readonly Fact[], head: readonly Fact[]): FactDiff {
  return { added: without(head, baseline), removed: without(baseline, head) };
}

function without(facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const known = new Set(others.map(factLine));
  return facts.filter((fact) => !known.has(factLine(fact)));
}
