import { indexBy } from '../../common/index-by.ts';
import { byCodeUnit } from '../../common/order.ts';
import { phaseNames, type PhaseName } from '../../common/phase.ts';
import type { AssertionChange } from './assertion-changes.ts';
import type { ControlRun } from '../../pgtap/run-control.ts';
import type { StoredPhases } from '../phase-evidence.ts';
import { whoRan, type SuiteRun } from '../../pgtap/suite-run.ts';
import type { AssertionResult } from '../../pgtap/assertion.ts';
import { badge, changeBadge, type Badge } from '../../report/badge.ts';
import { counted } from '../../common/text.ts';

/** One pgTAP suite in both phases. */
export interface SuiteView {
  suite: string;
  file: string;
  as: string;
  session: Badge;
  why: string;
  remedy: string;
  /** Whether the suite is shown unfolded: something in it is red. */
  open: boolean;
  /** `7 assertions: 5 fixed, 2 held`. */
  tally: string;
  /** Phases in which the suite did not complete. */
  troubles: { phase: string; status: Badge; reason: string }[];
  assertions: AssertionView[];
  /** Diagnostics of what is red at head. Failures at baseline alone are in the file of the pack that `tap` names. */
  diagnostics: DiagnosticsView[];
  tap: string | null;
}

export interface AssertionView {
  number: number;
  name: string;
  baseline: Badge;
  head: Badge;
  change: Badge;
}

/** pgTAP's diagnostics of failed assertions in one phase. */
export interface DiagnosticsView {
  title: string;
  text: string;
}

/** The suites by name, each with its assertions from baseline to head. */
export function suiteViews({
  phases,
  assertions,
}: StoredPhases & { assertions: readonly AssertionChange[] }): SuiteView[] {
  const byName = (phase: PhaseName) => new Map(phases[phase].suites.map((run) => [run.suite, run]));
  const known = { baseline: byName('baseline'), head: byName('head') };
  const changes = indexBy(assertions, ({ suite }) => [suite]);
  const names = [...new Set([...phases.baseline.suites, ...phases.head.suites].map((run) => run.suite))].sort(
    byCodeUnit,
  );
  return names.map((name) => {
    const runs = phaseNames
      .map((phase) => ({ phase, run: known[phase].get(name) }))
      .filter((one): one is PhaseRun => one.run !== undefined);
    return suiteView(runs, changes.get(name) ?? []);
  });
}

interface PhaseRun {
  phase: PhaseName;
  run: SuiteRun;
}

function suiteView(runs: PhaseRun[], changes: readonly AssertionChange[]): SuiteView {
  const { suite, file, session, why, remedy, ...who } = runs.at(-1)!.run;
  const stopped = runs.filter(({ run }) => run.status !== 'complete');
  const isRed = changes.some(({ head, change }) =>
    change === undefined ? head === 'not-ok' : change === 'broken' || change === 'still-red',
  );
  const said = runs.flatMap(diagnosticsOf);
  return {
    suite,
    file,
    as: whoRan(who),
    session: session === 'login' ? badge('good', 'real login') : badge('warn', 'superuser session'),
    why,
    remedy,
    open: isRed || stopped.some(({ phase }) => phase === 'head'),
    tally: tally(changes),
    troubles: stopped.map(({ phase, run }) => ({
      phase,
      status: badge(phase === 'head' ? 'bad' : 'warn', run.status),
      reason: run.reason ?? 'no reason given',
    })),
    assertions: changes.map(({ number, name, baseline, head, change }) => ({
      number,
      name,
      baseline: baseline === undefined ? notLookedAtBadge : resultBadges[baseline],
      head: resultBadges[head],
      change: change === undefined ? notLookedAtBadge : changeBadge(change),
    })),
    diagnostics: isRed ? said : [],
    tap: isRed || said.length === 0 ? null : `tap/baseline/${suite}.tap`,
  };
}

function tally(changes: readonly AssertionChange[]): string {
  const parts = (['fixed', 'held', 'broken', 'still-red'] as const)
    .map((change) => ({ change, n: changes.filter((a) => a.change === change).length }))
    .filter(({ n }) => n > 0)
    .map(({ change, n }) => `${n} ${change}`);
  return `${counted(changes.length, 'assertion')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

function diagnosticsOf({ phase, run }: PhaseRun): DiagnosticsView[] {
  // The first line of pgTAP's diagnostics repeats the test's name, which the table above shows.
  const spoken = run.assertions
    .map((one) => ({
      ...one,
      diagnostics: one.diagnostics.replace(`Failed test ${one.number}: "${one.name}"`, '').trimStart(),
    }))
    .filter(({ result, diagnostics }) => result !== 'ok' && diagnostics !== '');
  const text = spoken.map(
    ({ number, name, result, diagnostics }) =>
      `${resultBadges[result].word} ${number} - ${name}\n${diagnostics.replace(/^/gm, '  ')}`,
  );
  return spoken.length === 0
    ? []
    : [{ title: `What pgTAP said at ${phase} of ${counted(spoken.length, 'assertion')}`, text: text.join('\n') }];
}

const notLookedAtBadge = badge('quiet', 'not looked at');

const resultBadges: Record<AssertionResult, Badge> = {
  ok: badge('good', 'ok'),
  'not-ok': badge('bad', 'not ok'),
  skip: badge('quiet', 'skipped'),
  todo: badge('quiet', 'todo'),
  missing: badge('bad', 'not reached'),
};

/** One suite against its own damage. */
export interface ControlView {
  suite: string;
  result: Badge;
  failed: string[];
  reason: string | null;
}

/** The controls: a suite that does not notice its damage proves nothing. */
export function controlViews(controls: readonly ControlRun[]): ControlView[] {
  return controls.map(({ suite, noticed, failed, reason }) => ({
    suite,
    result: noticed ? badge('good', 'noticed') : badge('bad', 'not noticed'),
    failed,
    reason,
  }));
}
