import { gradeOf, type Grade } from '../grade.ts';
import type { MutationReport } from '../mutation-report.ts';
import { badge, type Tone } from '../../report/badge.ts';
import type { Banner } from '../../report/banner.ts';
import { counted } from '../../common/text.ts';

const shownReasons = 8;

const gradeTones: Record<Grade, Tone> = { good: 'good', middling: 'warn', bad: 'bad' };

/** The tone of a score by the thresholds of the contract. */
export function scoreTone({ score, thresholds }: Pick<MutationReport, 'score' | 'thresholds'>): Tone {
  const grade = gradeOf(score.percent, thresholds);
  return grade === null ? 'quiet' : gradeTones[grade];
}

/** Whether the damage was noticed, in one sentence. */
export function mutationBanner(report: MutationReport): Banner {
  const { verdict } = report;
  const tone = { pass: 'good', fail: 'bad', inconclusive: 'warn' } as const;
  return {
    status: badge(tone[verdict.status], verdict.status),
    exit_code: verdict.exit_code,
    headline: headline(report),
    sentence: sentence(report),
    level: '',
    not_seen: [],
    reasons: verdict.reasons.slice(0, shownReasons),
    more: Math.max(0, verdict.reasons.length - shownReasons),
  };
}

function headline({ verdict, green, score, thresholds, run }: MutationReport): string {
  if (green.status !== 'pass') {
    return 'The unbroken head is not green.';
  }
  switch (verdict.status) {
    case 'pass':
      if (score.mutants === 0 && run.changed) {
        return 'There is nothing to break.';
      }
      return score.survived === 0 ? 'Whatever was broken, somebody noticed.' : 'Enough of what was broken was noticed.';
    case 'fail':
      return score.percent === null || score.percent >= thresholds.break
        ? 'A suite does not notice its own damage.'
        : 'Head can be broken and nothing notices.';
    case 'inconclusive':
      return 'Nothing was proven.';
  }
}

function sentence({ green, score, thresholds, run }: MutationReport): string {
  if (green.status !== 'pass') {
    return 'A break can only be noticed on a head that holds its contract, so no mutant was tried.';
  }
  if (score.mutants === 0 && run.changed) {
    return 'Nothing that a mutant could break differs between baseline and head, so none was tried.';
  }
  if (score.percent === null) {
    return `${counted(score.mutants, 'mutant')} ${score.mutants === 1 ? 'was' : 'were'} tried and none of them counts; this is neither a pass nor a failure.`;
  }
  const whole = score.killed + score.survived;
  const left = [
    ...(score.accepted > 0 ? [`${score.accepted} accepted`] : []),
    ...(score.equivalent > 0 ? [`${score.equivalent} equivalent`] : []),
    ...(score.invalid > 0 ? [`${score.invalid} that could not be made`] : []),
  ];
  return [
    `${score.survived} of ${counted(whole, 'mutant')} survived: ${score.percent} % were noticed, and the contract demands ${thresholds.break} %.`,
    ...(left.length > 0 ? [`Not counted: ${left.join(', ')}.`] : []),
    ...(run.only === null ? [] : [`Only what --only ${run.only} names was tried.`]),
    ...(run.changed ? ['Only what differs between baseline and head was tried.'] : []),
  ].join(' ');
}
