import type { ParsedContract } from '../contract/contract.ts';
import type { MigrationsRead } from '../migrations/told.ts';
import type { ControlRun } from '../pgtap/run-control.ts';
import { matchesPattern } from '../common/pattern.ts';
import { scoreOf, type Score } from './score.ts';
import type { Shard } from './shard.ts';
import type { MutantResult } from './mutant-result.ts';
import { unusedGrants, type UnusedGrant } from './unused-grants.ts';
import { decideMutation, type MutationVerdict, type Thresholds } from './verdict.ts';

/** `mutation.json`: everything a mutation run saw, or one part of it. */
export interface MutationReport {
  schema_version: 2;
  run: MutationRun;
  thresholds: Thresholds;
  /** The names of the suites that ran against every mutant. */
  suites: string[];
  /** The verdict on the undamaged head. Mutants are tried only if it is a pass. */
  green: MutationVerdict;
  /** Each suite run against its own damage. */
  controls: ControlRun[];
  score: Score;
  mutants: MutantResult[];
  unused_grants: UnusedGrant[];
  /** Acceptances of the contract that no survivor of a whole run needs. */
  stale_acceptances: StaleAcceptance[];
  verdict: MutationVerdict;
}

/** An entry of `mutation.accepted` that no survivor matches. */
export interface StaleAcceptance {
  mutant: string;
  reason: string;
  until: string;
}

export interface MutationRun {
  /** Derived from the inputs, the server, and what was left out. The same run again has the same id. */
  id: string;
  tool_version: string;
  contract: string;
  contract_file: string;
  title: string;
  contract_sha256: string;
  inputs_sha256: string;
  platform?: { name: string; sha256: string };
  migrations?: MigrationsRead;
  git_commit: string | null;
  git_repository?: string;
  git_dirty: boolean;
  topology: string;
  server_version: string;
  /** sha256 of the undamaged head's facts. */
  fingerprint: string;
  started_at: string;
  duration_ms: number;
  jobs: number;
  /** The part of the whole that was tried; null for the whole. */
  shard: Shard | null;
  /** The pattern of `--only`; null for all. */
  only: string | null;
  /** Whether only mutants of objects and roles were tried whose facts differ between baseline and head. */
  changed: boolean;
}

/** The data that a report is computed from. */
export type MutationSeen = Pick<MutationReport, 'run' | 'suites' | 'green' | 'controls'> & {
  mutants: readonly Omit<MutantResult, 'accepted'>[];
};

/** The report, computed from what was seen, as of `today` (ISO date). Pure. */
export function mutationReport(contract: ParsedContract, seen: MutationSeen, today: string): MutationReport {
  const { thresholds, accepted } = contract.mutation;
  const mutants = seen.mutants.map((one): MutantResult => {
    // An acceptance in a part that was made earlier may have expired since.
    const mutant: MutantResult = { ...one };
    delete mutant.accepted;
    const found = accepted.find(
      ({ mutant: pattern, until }) =>
        mutant.status === 'survived' && today <= until && matchesPattern(pattern, mutant.id),
    );
    return found === undefined ? mutant : { ...mutant, accepted: { reason: found.reason, until: found.until } };
  });
  const score = scoreOf(mutants, seen.suites);
  return {
    schema_version: 2,
    run: seen.run,
    thresholds,
    suites: seen.suites,
    green: seen.green,
    controls: seen.controls,
    score,
    mutants,
    unused_grants: unusedGrants(contract, mutants),
    stale_acceptances: isWhole(seen.run) ? staleAcceptances(accepted, mutants) : [],
    verdict: decideMutation({
      green: seen.green,
      score,
      tried: mutants,
      controls: seen.controls,
      thresholds,
      mayBeNone: seen.run.changed && seen.run.only === null,
    }),
  };
}

/** The text of `mutation.json`, one mutant a line, so that a whole run stays small and two runs can be compared. */
export function mutationJson(report: MutationReport): string {
  const { mutants, ...rest } = report;
  const lines = mutants.map((mutant) => `    ${JSON.stringify(mutant)}`).join(',\n');
  const head = JSON.stringify(rest, null, 2).replace(/\n\}$/, '');
  return `${head},\n  "mutants": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}

/** Whether all mutants were tried. */
export function isWhole({ only, shard, changed }: Pick<MutationRun, 'only' | 'shard' | 'changed'>): boolean {
  return only === null && shard === null && !changed;
}

/** What to do about an acceptance that nothing needs. */
export function staleSentence({ mutant }: StaleAcceptance): string {
  return `mutation.accepted names ${mutant}, and no mutant of that name survives: take it out of the contract.`;
}

/** Acceptances that no survivor needs. If the mutant could not be made, or none was tried, that is not known. */
function staleAcceptances(accepted: readonly StaleAcceptance[], mutants: readonly MutantResult[]): StaleAcceptance[] {
  const left = mutants.filter(({ status }) => status === 'survived' || status === 'invalid');
  return mutants.length === 0
    ? []
    : accepted.filter(({ mutant: pattern }) => !left.some(({ id }) => matchesPattern(pattern, id)));
}
