import { today } from '../../common/clock.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Noticed } from '../tried.ts';
import { failClosedMatrix } from '../../proofs/fail-closed/cells.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import { withAcceptances } from '../../findings/accepted.ts';
import { findingKey, type Finding } from '../../findings/finding.ts';
import { judgeOnlyPaths } from '../../proofs/only-path/judge.ts';
import { judgeOracles } from '../../proofs/oracles/judge.ts';
import { judgeRuntime } from '../../proofs/live-access/runtime.ts';
import { stateFindings, type SeenState } from '../../pipeline/judge.ts';
import type { PhaseObservation } from '../../pipeline/observe-phase.ts';

/** What was seen of a damaged head. */
export type SeenDamage = SeenState & Pick<PhaseObservation, 'attempts' | 'onlyPaths' | 'oracles' | 'suites'>;

/** What each witness alone says against a state: names of assertions that are not ok, and keys of findings that nothing accepts. Pure. */
export function witnessed(contract: ParsedContract, seen: SeenDamage): Noticed {
  const { attempts, onlyPaths, oracles, suites } = seen;
  const keys = (findings: readonly Finding[]) => [
    ...new Set(
      withAcceptances(findings, contract.accepted, today())
        .filter(({ accepted }) => accepted === undefined)
        .map(findingKey),
    ),
  ];
  const tried = {
    assertions: [],
    suites: [],
    controls: [],
    attempts,
    failClosed: failClosedMatrix(contract, attempts),
    truthTable: [],
    deficiencies: [],
  };
  return {
    pgtap: suites.flatMap(redAssertions),
    attempt: keys([
      ...judgeRuntime(contract, tried),
      ...judgeOnlyPaths(contract, onlyPaths, attempts),
      ...judgeOracles(contract, oracles),
    ]),
    catalog: keys(stateFindings(contract, seen)),
  };
}

/** Why suites broke off: that is no notice, whatever was red before. */
export function brokenOff(suites: readonly SuiteRun[]): string[] {
  return suites
    .filter(({ status }) => status !== 'complete')
    .map(({ suite, status, reason }) => `${suite} ${status}: ${reason ?? ''}`);
}

function redAssertions({ suite, status, assertions }: SuiteRun): string[] {
  return status === 'complete'
    ? assertions.filter(({ result }) => result === 'not-ok').map(({ number, name }) => `${suite}#${number} ${name}`)
    : [];
}

/** What was noticed beyond what is said of the unbroken head. */
export function beyond(green: Noticed, seen: Noticed): Noticed {
  const more = (before: readonly string[], after: readonly string[]) => after.filter((key) => !before.includes(key));
  return {
    pgtap: more(green.pgtap, seen.pgtap),
    attempt: more(green.attempt, seen.attempt),
    catalog: more(green.catalog, seen.catalog),
  };
}
