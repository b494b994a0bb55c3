import { exitCode } from '../common/errors.ts';
import type { ControlRun } from '../pgtap/run-control.ts';
import type { Score } from './score.ts';
import type { MutantResult } from './mutant-result.ts';

/** Percentages. The score is good from `high` on and bad below `low`; below `break` the command fails. */
export interface Thresholds {
  high: number;
  low: number;
  break: number;
}

export interface MutationVerdict {
  status: 'pass' | 'fail' | 'inconclusive';
  exit_code: number;
  reasons: string[];
}

/** The input of the verdict on a mutation run. */
export interface MutationBasis {
  /** The verdict on the undamaged head, which must be green first. */
  green: MutationVerdict;
  score: Score;
  tried: readonly MutantResult[];
  controls: readonly ControlRun[];
  thresholds: Thresholds;
  /** Whether a run without a mutant is fine: no fact differs between baseline and head that could be broken. */
  mayBeNone?: boolean;
}

/**
 * `fail` if the undamaged head fails, too few mutants were noticed, or a suite does not notice its own control; `inconclusive` if
 * nothing was tried, or something tried proves nothing; otherwise `pass`.
 */
export function decideMutation(basis: MutationBasis): MutationVerdict {
  const { green, score, tried, controls, thresholds, mayBeNone = false } = basis;
  if (green.status !== 'pass') {
    return { ...green, reasons: [`the unbroken head is not green, so no mutant was tried`, ...green.reasons] };
  }
  const blind = controls.filter(({ noticed }) => !noticed).map(({ suite }) => `control-unnoticed: ${suite}`);
  const survivors = tried
    .filter(({ status, accepted }) => status === 'survived' && accepted === undefined)
    .map(({ id }) => `mutant-survived: ${id}`);
  const tooFew = score.percent !== null && score.percent < thresholds.break;
  const unproven = [
    ...(score.mutants === 0
      ? mayBeNone
        ? []
        : ['no mutant was made']
      : score.percent === null
        ? ['no mutant is left to count: those that changed a fact are accepted or could not be made']
        : []),
    ...tried
      .filter(({ status }) => status === 'invalid')
      .map(({ id, notes }) => `${id} could not be made: ${notes.join('; ')}`),
  ];
  if (blind.length > 0 || tooFew) {
    const low = tooFew
      ? [`${score.percent!} % of the mutants were noticed, and the contract demands ${thresholds.break} %`]
      : [];
    return {
      status: 'fail',
      exit_code: exitCode.broken,
      reasons: [...low, ...(tooFew ? survivors : []), ...blind, ...unproven],
    };
  }
  return unproven.length > 0
    ? { status: 'inconclusive', exit_code: exitCode.inconclusive, reasons: unproven }
    : { status: 'pass', exit_code: exitCode.holds, reasons: [] };
}
