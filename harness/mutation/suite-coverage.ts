import { isWhole, type MutationReport } from './mutation-report.ts';

/** What the suites of a report kill, by name. */
export interface SuiteCoverage {
  /** Suites that killed no mutant. */
  killNothing: string[];
  /** Suites that only noticed what was taken away, and would not notice that anybody may do more. */
  killOnlyRevocations: string[];
  /** Whether only some mutants were tried, which shows no suite to be blind. */
  partial: boolean;
}

/** What the suites of a report did not notice. Nobody is called blind where no mutant counted. */
export function suiteCoverage({ score, run }: Pick<MutationReport, 'score' | 'run'>): SuiteCoverage {
  const counts = score.killed + score.survived > 0;
  const named = (kills: string) =>
    counts ? score.suites.filter((one) => one.kills === kills).map(({ suite }) => suite) : [];
  return {
    killNothing: named('nothing'),
    killOnlyRevocations: named('revocations'),
    partial: !isWhole(run),
  };
}
