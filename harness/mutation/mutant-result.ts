import { findingKey, type Finding } from '../findings/finding.ts';
import type { Mutant } from './mutant.ts';

/** What can notice a mutant: the pgTAP suites, the attempts as logins, and the judgement of the catalog by the contract. */
export const witnessNames = ['pgtap', 'attempt', 'catalog'] as const;

/** An assertion of a suite. */
export interface AssertionRef {
  suite: string;
  number: number;
  name: string;
}

/** What identifies a finding. */
export type FindingRef = Pick<Finding, 'code' | 'object' | 'identity' | 'access'>;

/** What each witness noticed: assertions that turned red, and findings. */
export interface KilledBy {
  pgtap: AssertionRef[];
  attempt: FindingRef[];
  catalog: FindingRef[];
}

/** The result of one mutant. */
export interface MutantResult extends Mutant {
  /**
   * `killed`: a named assertion or finding turned red. `survived`: nothing did. `equivalent`: it changed neither a fact nor its
   * `shown_by`, so there was nothing to notice. `invalid`: its SQL did not run.
   */
  status: 'killed' | 'survived' | 'equivalent' | 'invalid';
  killed_by: KilledBy;
  /** Suites that broke off, which does not count as noticing; or why the SQL did not run. */
  notes: string[];
  /** Set if the contract accepts that it survives. */
  accepted?: { reason: string; until: string };
}

/** The result if nothing noticed it. */
export const byNobody = (): KilledBy => ({ pgtap: [], attempt: [], catalog: [] });

/** The result by who noticed. A crash notices nothing. */
export function resultOf(mutant: Mutant, killed_by: KilledBy, notes: string[]): MutantResult {
  const status = witnessNames.some((witness) => killed_by[witness].length > 0) ? 'killed' : 'survived';
  return { ...mutant, status, killed_by, notes };
}

/** The reference to a finding. */
export function findingRef({ code, object, identity, access }: Finding): FindingRef {
  return { code, object, identity, ...(access === undefined ? {} : { access }) };
}

/** What is in `after` beyond `before`, each thing once. */
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
