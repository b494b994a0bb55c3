import type { PhaseName } from '../common/phase.ts';
import { exitCode } from '../common/errors.ts';
import { couldNotBeSetUp, type Attempt } from '../probes/attempt.ts';
import type { SuiteRun } from '../suites/suite-run.ts';
import type { DeficiencyResult } from './deficiencies.ts';
import type { Finding } from './finding.ts';

export interface Verdict {
  status: 'pass' | 'fail' | 'inconclusive';
  exit_code: number;
  reasons: string[];
}

/** What a verdict rests on. */
export interface VerdictBasis {
  findings: readonly Finding[];
  suites: Record<PhaseName, readonly SuiteRun[]>;
  attempts: Record<PhaseName, readonly Attempt[]>;
  deficiencies: readonly DeficiencyResult[];
  /** What could not be seen or run, in words. */
  notSeen: readonly string[];
}

/** SQLSTATEs of what is simply not there before the contract. */
const absentStates = /SQLSTATE (42P01|42883|3F000|42704)/;

/**
 * `fail` when there is a finding, a fact even beside something unproven; `inconclusive` when something cannot prove what it
 * claims; else `pass`.
 */
export function decide(basis: VerdictBasis): Verdict {
  const unproven = [...basis.notSeen, ...unprovenSuites(basis), ...unprovenAttempts(basis), ...unreproduced(basis)];
  const broken = [...new Set(basis.findings.filter(({ accepted }) => accepted === undefined).map(reasonOf))];
  if (broken.length > 0) {
    return { status: 'fail', exit_code: exitCode.broken, reasons: [...broken, ...unproven] };
  }
  return unproven.length > 0
    ? { status: 'inconclusive', exit_code: exitCode.inconclusive, reasons: unproven }
    : { status: 'pass', exit_code: exitCode.holds, reasons: [] };
}

/** A finding as a reason of the verdict. */
export function reasonOf({ code, identity, object, access = '' }: Finding): string {
  return `${code}: ${[identity, access, object].filter((word) => word !== '').join(' ')}`;
}

function unprovenSuites({ suites }: VerdictBasis): string[] {
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
    .filter(({ status, reason }) => status !== 'complete' && status !== 'role-absent' && !(status === 'sql-error' && absentStates.test(reason ?? '')))
    .map(({ suite, status, reason }) => `baseline: suite ${suite} is ${status}: ${reason ?? ''}`);
  return [...head, ...baseline];
}

function unprovenAttempts({ attempts }: VerdictBasis): string[] {
  if (attempts.head.length === 0) {
    return ['nothing was attempted as a login'];
  }
  const tried = attempts.head.filter(({ context, access }) => context !== 'none' && access !== 'INSERT');
  const empty = new Set(tried.filter(({ outcome, rows }) => outcome === 'allowed' && rows === 0).map(({ object }) => object));
  const nothing = [...empty].map((table) => `head: ${table} has no rows, so nothing shows what its row security lets through: seed it with two tenants`);
  const uncontrolled = (['baseline', 'head'] as const).flatMap((phase) =>
    attempts[phase]
      .filter((attempt) => !hasControl(attempt))
      .map(({ key, outcome, control }) => `${phase}: ${key} ended as ${outcome}, but its positive control ${control?.outcome === 'allowed' ? 'reached no row' : `did not work: ${control?.message ?? 'none'}`}`),
  );
  const wrong = attempts.head
    .filter((attempt) => (attempt.context === 'own-tenant' || attempt.context === 'none') && couldNotBeSetUp(attempt))
    .map(({ key, message }) => `head: ${key} could not be set up: ${message ?? ''}`);
  return [...nothing, ...wrong, ...uncontrolled];
}

/** Whether a denial stands beside the same statement working; where rows were kept away, it must have reached some. */
function hasControl({ outcome, control }: Attempt): boolean {
  switch (outcome) {
    case 'denied-by-grant':
      return control?.outcome === 'allowed';
    case 'denied-by-rls':
    case 'hidden':
      return control?.outcome === 'allowed' && control.rows > 0;
    default:
      return true;
  }
}

function unreproduced({ deficiencies }: VerdictBasis): string[] {
  return deficiencies.flatMap(({ id, status, baseline }) =>
    status === 'held' || status === 'broken'
      ? baseline.filter(({ met }) => !met).map(({ what, expected, seen }) => `${id} was not reproduced at baseline: ${what} should end as ${expected} and ended as ${seen}`)
      : [],
  );
}
