import type { MutationReport } from '../mutation-report.ts';
import type { Score } from '../score.ts';
import { suiteCoverage } from '../suite-coverage.ts';
import type { MutantResult } from '../mutant-result.ts';
import { witnessTitle } from '../witness-titles.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { controlViews } from '../../proofs/suites/view.ts';
import { counted, listed } from '../../common/text.ts';

/** What one witness noticed, compared with all mutants. */
export interface WitnessView {
  witness: string;
  killed: number;
  /** `97.3 %`, or a dash if nothing counts. */
  percent: string;
  /** The same as a number, for a bar. */
  share: number;
  /** How many only this witness noticed; '' for all witnesses together. */
  alone: string;
}

/** The score by witness, with all together last. */
export function witnessViews({ witnesses, killed, percent }: Score): WitnessView[] {
  const row = (title: string, its: { killed: number; percent: number | null }, alone: string) => ({
    witness: title,
    killed: its.killed,
    percent: its.percent === null ? '–' : `${its.percent} %`,
    share: its.percent ?? 0,
    alone,
  });
  return [
    ...witnesses.map((one) => row(witnessTitle(one.witness), one, String(one.alone))),
    row('All together', { killed, percent }, ''),
  ];
}

/** One suite: what it noticed, and whether it noticed its own control. */
export interface SuiteScoreView {
  suite: string;
  killed: number;
  /** Killed by this suite and no other. */
  alone: number;
  sight: Badge;
  control: Badge;
  /** Assertions that turned red, or why the control did not count. */
  control_says: string;
}

/** The suites in their order, each with what it noticed. */
export function suiteScoreViews(report: MutationReport): SuiteScoreView[] {
  const controls = new Map(controlViews(report.controls).map((control) => [control.suite, control]));
  const { killNothing, killOnlyRevocations, partial } = suiteCoverage(report);
  const sight = (suite: string): Badge => {
    if (killNothing.includes(suite)) {
      return partial ? badge('quiet', 'noticed nothing') : badge('bad', 'blind');
    }
    return killOnlyRevocations.includes(suite)
      ? badge(partial ? 'quiet' : 'warn', 'revocations only')
      : report.mutants.length === 0
        ? badge('quiet', 'not tried')
        : badge('good', 'sees');
  };
  return report.score.suites.map(({ suite, killed, alone }) => {
    const control = controls.get(suite);
    return {
      suite,
      killed,
      alone,
      sight: sight(suite),
      control: control?.result ?? badge('warn', 'not run'),
      control_says:
        control === undefined ? '' : (control.reason ?? `${counted(control.failed.length, 'assertion')} turned red`),
    };
  });
}

/** Sentences about blind suites, by name, one for each kind of blindness. */
export function sightSentences(report: MutationReport): string[] {
  const { killNothing, killOnlyRevocations, partial } = suiteCoverage(report);
  const of = `${counted(report.mutants.length, 'mutant')}${partial ? ' that were tried, which are not all' : ''}`;
  return [
    ...(killNothing.length === 0
      ? []
      : [`${partial ? 'KilledBy nothing' : 'Blind'}: ${listed(killNothing)} noticed none of ${of}.`]),
    ...(killOnlyRevocations.length === 0
      ? []
      : [
          `Only asserting what is granted: ${listed(killOnlyRevocations)} noticed what was taken away, and nothing that was opened, of ${of}.`,
        ]),
  ];
}

/** One operator with the results of its mutants. */
export interface OperatorView {
  operator: string;
  mutants: number;
  killed: number;
  survived: number;
  accepted: number;
  equivalent: number;
  invalid: number;
  result: Badge;
}

/** The operators in the order of the score. */
export function operatorViews(mutants: readonly MutantResult[], { operators }: Score): OperatorView[] {
  return operators.map(({ operator, killed, survived, ...score }) => {
    const of = (is: (one: MutantResult) => boolean) =>
      mutants.filter((one) => one.operator === operator && is(one)).length;
    return {
      operator,
      mutants: score.mutants,
      killed,
      survived,
      accepted: of(({ accepted }) => accepted !== undefined),
      equivalent: of(({ status }) => status === 'equivalent'),
      invalid: of(({ status }) => status === 'invalid'),
      result:
        survived > 0
          ? badge('bad', `${survived} survived`)
          : killed > 0
            ? badge('good', 'all noticed')
            : badge('quiet', 'none counts'),
    };
  });
}
