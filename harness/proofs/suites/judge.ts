import type { PhaseName } from '../../common/phase.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { Finding } from '../../findings/finding.ts';
import type { ControlRun } from '../../pgtap/run-control.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import type { SuiteObservation } from '../proof.ts';
import type { AssertionChange } from './assertion-changes.ts';

/** A finding for each assertion that is not ok at head, and for each suite that did not notice its own damage. */
export function judgeSuites(
  assertions: readonly AssertionChange[],
  { suites, controls }: Pick<SuiteObservation, 'suites' | 'controls'>,
): Finding[] {
  return [...failedAssertions(assertions, suites), ...controls.filter(({ noticed }) => !noticed).map(unnoticedControl)];
}

function failedAssertions(assertions: readonly AssertionChange[], suites: readonly SuiteRun[]): Finding[] {
  return assertions
    .filter(({ head }) => head === 'not-ok')
    .map(({ suite, number, name }) => {
      const run = suites.find((one) => one.suite === suite);
      const diagnostics = run?.assertions.find((one) => one.number === number)?.diagnostics;
      return {
        code: 'assertion-failed',
        severity: 'high',
        object: `${suite}#${number}`,
        identity: run?.as ?? '',
        message: `${name}${diagnostics ? `\n${diagnostics}` : ''}`,
        remedy: run?.remedy ?? '',
        assertion: { suite, number },
        ...(run === undefined ? {} : { location: { file: run.file, line: 1 } }),
      };
    });
}

function unnoticedControl({ suite, reason }: ControlRun): Finding {
  return {
    code: 'control-unnoticed',
    severity: 'medium',
    object: suite,
    identity: '',
    message: `the suite ${suite} did not notice its own damage: ${reason ?? 'no assertion turned red'}`,
    remedy: `Give pgtap/controls/${suite}.sql the smallest damage the suite is there to notice, or the suite an assertion that notices it.`,
  };
}

/** SQLSTATEs for objects that do not exist before the contract, and for what is not allowed before it. */
const notYet = new Set(['42P01', '42703', '42883', '3F000', '42704', '42501', '22023', '0LP01']);

/** Whether a suite is red before the contract because the objects that it tests do not exist yet. */
export function isRedForWant({ status, sqlstate = null }: Pick<SuiteRun, 'status' | 'sqlstate'>): boolean {
  return status === 'role-absent' || (status === 'sql-error' && sqlstate !== null && notYet.has(sqlstate));
}

/** Suites that prove nothing. */
export function unprovenSuites({ baseline, head }: Record<PhaseName, readonly SuiteRun[]>): Unproven[] {
  const of = (phase: PhaseName, object: string, reason: string): Unproven => ({
    phase,
    object,
    identity: '',
    access: '',
    reason,
  });
  if (head.length === 0) {
    return [{ ...of('head', 'suites', 'no suite ran'), nothing_ran: true }];
  }
  const inHead = head.flatMap(({ suite, status, reason, assertions }) => {
    if (status !== 'complete') {
      return [of('head', suite, `the suite is ${status}: ${reason ?? ''}`)];
    }
    const idle = assertions.filter(({ result }) => result === 'skip' || result === 'todo');
    return idle.map(({ number, result, diagnostics }) =>
      of('head', `${suite}#${number}`, `it is a ${result}, which proves nothing${diagnostics && `: ${diagnostics}`}`),
    );
  });
  // Before the contract its objects do not exist yet. A suite that breaks off because of that is red, not unproven.
  const inBaseline = baseline
    .filter((run) => run.status !== 'complete' && !isRedForWant(run))
    .map(({ suite, status, reason }) => of('baseline', suite, `the suite is ${status}: ${reason ?? ''}`));
  return [...inHead, ...inBaseline];
}
