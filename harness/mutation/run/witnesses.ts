import type { ParsedContract } from '../../contract/contract.ts';
import { withAcceptances } from '../../findings/accepted.ts';
import type { Finding } from '../../findings/finding.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import { futureObjects } from '../../proofs/future-objects/proof.ts';
import { everyProof } from '../../proofs/index.ts';
import { suites } from '../../proofs/suites/proof.ts';
import { findingsOf } from '../../proofs/judge-all.ts';
import type { Seen } from '../../proofs/observations.ts';
import { findingRef, type AssertionRef, type KilledBy } from '../mutant-result.ts';

/**
 * Names of the proofs that can notice a mutant: those with findings, and the suites. The other proofs do not judge a single
 * database.
 */
export const witnesses: ReadonlySet<string> = new Set([
  ...everyProof.filter(({ witness }) => witness !== undefined).map(({ name }) => name),
  suites.name,
]);

/** Those that look at existing objects, not at future ones. */
export const witnessesOfToday: ReadonlySet<string> = new Set(
  [...witnesses].filter((name) => name !== futureObjects.name),
);

/**
 * What each witness alone reports about a state: assertions that are not ok, and findings that nothing accepts on the day
 * `today`. Pure.
 */
export function witnessed(contract: ParsedContract, seen: Seen, today: string): KilledBy {
  const refs = (findings: readonly Finding[]) =>
    withAcceptances(findings, contract.accepted, today)
      .filter(({ accepted }) => accepted === undefined)
      .map(findingRef);
  return {
    pgtap: seen.suites.suites.flatMap(redAssertions),
    attempt: refs(findingsOf('attempt', contract, seen)),
    catalog: refs(findingsOf('catalog', contract, seen)),
  };
}

/** Why suites broke off. That does not count as noticing, whatever was red before. */
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
