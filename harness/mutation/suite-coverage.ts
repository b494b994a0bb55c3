import { isWhole, type MutationReport } from './mutation-report.ts';

/** What the suites of a report kill, by name. */
export interface SuiteCoverage {
  /** Suites that killed no mutant. */
  killNothing: string[];
  /** Suites that only noticed what was taken away, and would not notice that somebody may do more. */
  killOnlyRevocations: string[];
  /** Whether only some mutants were tried. That cannot show that a suite is blind. */
  partial: boolean;
}

/** What the suites of a report did not notice. If no mutant counted, no suite is called blind. */
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
