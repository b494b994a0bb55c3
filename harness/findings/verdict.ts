import type { PhaseName } from '../common/phase.ts';
import { exitCode } from '../common/errors.ts';
import { couldNotBeSetUp, type Attempt } from '../attempts/attempt.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import { hasControl } from '../attempts/unproven.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { DeficiencyResult } from '../proofs/deficiencies/judge.ts';
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
  /** The fail-closed matrix at head. */
  failClosed: readonly FailClosedCell[];
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
  const unproven = [
    ...basis.notSeen,
    ...unprovenSuites(basis),
    ...unprovenAttempts(basis),
    ...unprovenCells(basis),
    ...unreproduced(basis),
  ];
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
    .filter(
      ({ status, reason }) =>
        status !== 'complete' &&
        status !== 'role-absent' &&
        !(status === 'sql-error' && absentStates.test(reason ?? '')),
    )
    .map(({ suite, status, reason }) => `baseline: suite ${suite} is ${status}: ${reason ?? ''}`);
  return [...head, ...baseline];
}

function unprovenAttempts({ attempts }: VerdictBasis): string[] {
  if (attempts.head.length === 0) {
    return ['nothing was attempted as a login'];
  }
  const tried = attempts.head.filter(({ context, access }) => context !== 'none' && access !== 'INSERT');
  const empty = new Set(
    tried.filter(({ outcome, rows }) => outcome === 'allowed' && rows === 0).map(({ object }) => object),
  );
  const nothing = [...empty].map(
    (table) =>
      `head: ${table} has no rows, so nothing shows what its row security lets through: seed it with two tenants`,
  );
  const uncontrolled = (['baseline', 'head'] as const).flatMap((phase) =>
    attempts[phase]
      .filter((attempt) => !hasControl(attempt))
      .map(
        ({ key, outcome, control }) =>
          `${phase}: ${key} ended as ${outcome}, but its positive control ${control?.outcome === 'allowed' ? 'reached no row' : `did not work: ${control?.message ?? 'none'}`}`,
      ),
  );
  const wrong = attempts.head
    .filter((attempt) => (attempt.context === 'own-tenant' || attempt.context === 'none') && couldNotBeSetUp(attempt))
    .map(({ key, message }) => `head: ${key} could not be set up: ${message ?? ''}`);
  return [...nothing, ...wrong, ...uncontrolled];
}

/** Cells of the matrix that show nothing, one line for each reason; what the attempts have said already is not said again. */
function unprovenCells({ failClosed, attempts }: VerdictBasis): string[] {
  const said = new Set(attempts.head.filter((attempt) => !hasControl(attempt)).map(({ key }) => key));
  const byReason = new Map<string, { commands: Set<string>; contexts: Set<string> }>();
  for (const { identity, table, command, context, unproven } of failClosed) {
    if (unproven !== null && !said.has(`attempt/${identity}/${table}/${command}/${context}`)) {
      const reason = JSON.stringify([identity, table, unproven]);
      const cells = byReason.get(reason) ?? { commands: new Set(), contexts: new Set() };
      cells.commands.add(command);
      cells.contexts.add(context);
      byReason.set(reason, cells);
    }
  }
  return [...byReason].map(([reason, { commands, contexts }]) => {
    const [identity, table, why] = JSON.parse(reason) as [string, string, string];
    return `head: ${identity} ${[...commands].join(', ')} on ${table} is unproven (${[...contexts].join(', ')}): ${why}`;
  });
}

function unreproduced({ deficiencies }: VerdictBasis): string[] {
  return deficiencies.flatMap(({ id, status, baseline }) =>
    status === 'held' || status === 'broken'
      ? baseline
          .filter(({ met }) => !met)
          .map(
            ({ what, expected, seen }) =>
              `${id} was not reproduced at baseline: ${what} should end as ${expected} and ended as ${seen}`,
          )
      : [],
  );
}
