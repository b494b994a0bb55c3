import type { MutationReport } from './mutation-report.ts';

/** What is to be said of suites by name. */
export interface Sight {
  /** Suites that noticed no mutant. */
  blind: string[];
  /** Suites that only noticed what was taken away, and would not notice that anybody may do more. */
  grantsOnly: string[];
  /** Whether only some mutants were tried, which shows no suite to be blind. */
  partial: boolean;
}

/** What the suites of a report did not see. Nobody is called blind where no mutant counted. */
export function sightOf({ score, run }: Pick<MutationReport, 'score' | 'run'>): Sight {
  const counts = score.killed + score.survived > 0;
  const named = (sees: string) =>
    counts ? score.suites.filter((one) => one.sees === sees).map(({ suite }) => suite) : [];
  return {
    blind: named('nothing'),
    grantsOnly: named('revocations'),
    partial: run.only !== null || run.shard !== null,
  };
}
