import { today } from '../../common/clock.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { findingRef, type AssertionRef, type KilledBy } from '../mutant-result.ts';
import { failClosedMatrix } from '../../proofs/fail-closed/cells.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import { withAcceptances } from '../../findings/accepted.ts';
import { sortFindings, type Finding } from '../../findings/finding.ts';
import { judgeOnlyPaths } from '../../proofs/only-path/judge.ts';
import { judgeOracles } from '../../proofs/oracles/judge.ts';
import { judgeRuntime } from '../../proofs/live-access/runtime.ts';
import { stateFindings, type SeenState } from '../../pipeline/judge.ts';
import type { PhaseObservation } from '../../pipeline/observe-phase.ts';

/** What was seen of a damaged head. */
export type SeenDamage = SeenState & Pick<PhaseObservation, 'attempts' | 'onlyPaths' | 'oracles' | 'suites'>;

/** What each witness alone says against a state: assertions that are not ok, and findings that nothing accepts. Pure. */
export function witnessed(contract: ParsedContract, seen: SeenDamage): KilledBy {
  const { attempts, onlyPaths, oracles, suites } = seen;
  const refs = (findings: readonly Finding[]) =>
    withAcceptances(sortFindings(findings), contract.accepted, today())
      .filter(({ accepted }) => accepted === undefined)
      .map(findingRef);
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
    attempt: refs([
      ...judgeRuntime(contract, tried),
      ...judgeOnlyPaths(contract, onlyPaths, attempts),
      ...judgeOracles(contract, oracles),
    ]),
    catalog: refs(stateFindings(contract, seen)),
  };
}

/** Why suites broke off: that is no notice, whatever was red before. */
export function brokenOff(suites: readonly SuiteRun[]): string[] {
  return suites
    .filter(({ status }) => status !== 'complete')
    .map(({ suite, status, reason }) => `${suite} ${status}: ${reason ?? ''}`);
}

function redAssertions({ suite, status, assertions }: SuiteRun): AssertionRef[] {
  return status === 'complete'
    ? assertions.filter(({ result }) => result === 'not-ok').map(({ number, name }) => ({ suite, number, name }))
    : [];
}
