import type { Mutant } from './mutant.ts';

export const witnessNames = ['pgtap', 'attempt', 'catalog'] as const;

/**
 * Who can notice a mutant: the pgTAP suites, what is tried as a login, and the judgement of the catalog against the closed
 * contract. By each, what it said: names of assertions or keys of findings.
 */
export type Noticed = Record<(typeof witnessNames)[number], string[]>;

/** What became of one mutant. */
export interface TriedMutant extends Mutant {
  /**
   * `killed`: a named assertion or finding turned red. `survived`: nothing did. `void`: it changed no fact, nor what it asks,
   * so there was nothing to notice. `error`: its SQL did not run.
   */
  status: 'killed' | 'survived' | 'void' | 'error';
  noticed: Noticed;
  /** Suites that broke off, which is no notice; or why the SQL did not run. */
  notes: string[];
  /** Set where the contract accepts that it survives. */
  accepted?: { reason: string; until: string };
}

export const nobody = (): Noticed => ({ pgtap: [], attempt: [], catalog: [] });

/** Killed by whoever noticed; a crash has noticed nothing. */
export function judged(mutant: Mutant, noticed: Noticed, notes: string[]): TriedMutant {
  const status = witnessNames.some((witness) => noticed[witness].length > 0) ? 'killed' : 'survived';
  return { ...mutant, status, noticed, notes };
}
