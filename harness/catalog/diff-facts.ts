import type { Fact } from './fact.ts';
import { factLine } from './fact-text.ts';

/** Facts that only one of two states has. */
export interface FactDiff {
  added: Fact[];
  removed: Fact[];
}

/** The facts that only `head` has, and those that only `baseline` has. Facts are the same if their lines are. */
export function diffFacts(baseline: readonly Fact[], head: readonly Fact[]): FactDiff {
  return { added: without(head, baseline), removed: without(baseline, head) };
}

function without(facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const known = new Set(others.map(factLine));
  return facts.filter((fact) => !known.has(factLine(fact)));
}
