import { findingKey, type Finding } from '../findings/finding.ts';
import type { Mutant } from './mutant.ts';

/** Who can notice a mutant: the pgTAP suites, what is tried as a login, and the judgement of the catalog against the closed contract. */
export const witnessNames = ['pgtap', 'attempt', 'catalog'] as const;

/** An assertion of a suite. */
export interface AssertionRef {
  suite: string;
  number: number;
  name: string;
}

/** What a finding is known by. */
export type FindingRef = Pick<Finding, 'code' | 'object' | 'identity' | 'access'>;

/** What each witness said: assertions that turned red, and findings. */
export interface KilledBy {
  pgtap: AssertionRef[];
  attempt: FindingRef[];
  catalog: FindingRef[];
}

/** What became of one mutant. */
export interface MutantResult extends Mutant {
  /**
   * `killed`: a named assertion or finding turned red. `survived`: nothing did. `equivalent`: it changed no fact, nor what it
   * is shown by, so there was nothing to notice. `invalid`: its SQL did not run.
   */
  status: 'killed' | 'survived' | 'equivalent' | 'invalid';
  killed_by: KilledBy;
  /** Suites that broke off, which is not a notice; or why the SQL did not run. */
  notes: string[];
  /** Set where the contract accepts that it survives. */
  accepted?: { reason: string; until: string };
}

/** What is said by nobody. */
export const byNobody = (): KilledBy => ({ pgtap: [], attempt: [], catalog: [] });

/** Killed by whoever noticed; a crash has noticed nothing. */
export function resultOf(mutant: Mutant, killed_by: KilledBy, notes: string[]): MutantResult {
  const status = witnessNames.some((witness) => killed_by[witness].length > 0) ? 'killed' : 'survived';
  return { ...mutant, status, killed_by, notes };
}

/** The reference to a finding. */
export function findingRef({ code, object, identity, access }: Finding): FindingRef {
  return { code, object, identity, ...(access === undefined ? {} : { access }) };
}

/** What was said beyond what is said of the unbroken head, each thing once. */
export function beyond(before: KilledBy, after: KilledBy): KilledBy {
  return {
    pgtap: more(before.pgtap, after.pgtap, ({ suite, number, name }) => `${suite}\t${number}\t${name}`),
    attempt: more(before.attempt, after.attempt, findingKey),
    catalog: more(before.catalog, after.catalog, findingKey),
  };
}

function more<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string): T[] {
  const known = new Set(before.map(keyOf));
  return after.filter((one) => known.size !== known.add(keyOf(one)).size);
}
