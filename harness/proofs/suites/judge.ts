import type { PhaseName } from '../../common/phase.ts';
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

/** SQLSTATEs of what is simply not there before the contract. */
const absentStates = /SQLSTATE (42P01|42883|3F000|42704)/;

/** What of the suites shows nothing, a reason each. */
export function unprovenSuites(suites: Record<PhaseName, readonly SuiteRun[]>): string[] {
  if (suites.head.length === 0) {
    return ['no suite ran'];
  }
  const head = suites.head.flatMap(({ suite, status, reason, assertions }) => {
    if (status !== 'complete') {
      return [`head: suite ${suite} is ${status}: ${reason ?? ''}`];
    }
    const idle = assertions.filter(({ result }) => result === 'skip' || result === 'todo');
    return idle.map(({ number, result }) => `head: ${suite}#${number} is a ${result}, which proves nothing`);
  });
  // Before the contract, what it brings is not there yet: a suite may break off on that, and on nothing else.
  const baseline = suites.baseline
    .filter(
      ({ status, reason }) =>
        status !== 'complete' &&
        status !== 'role-absent' &&
        !(status === 'sql-error' && absentStates.test(reason ?? '')),
    )
    .map(({ suite, status, reason }) => `baseline: suite ${suite} is ${status}: ${reason ?? ''}`);
  return [...head, ...baseline];
}
