import { today } from '../common/clock.ts';
import type { PhaseName } from '../common/phase.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { Contract } from '../contract/parse-contract.ts';
import { compareAssertions } from '../proofs/suites/compare-assertions.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import type { Evidence } from '../pack/evidence.ts';
import { failClosedMatrix } from '../proofs/fail-closed/cells.ts';
import { pgtapSchema } from '../pgtap/pgtap.ts';
import { withAcceptances } from '../findings/accepted.ts';
import { judgePaths, type BuildPath } from '../proofs/build-paths/judge.ts';
import { judgeAccess } from '../proofs/closed-world/closed-world.ts';
import { judgeGrantees } from '../proofs/closed-world/undeclared-grant.ts';
import { judgeDeficiencies } from '../proofs/deficiencies/judge.ts';
import { sortFindings, type Finding } from '../findings/finding.ts';
import { judgeDefaultPrivileges, judgeFuture } from '../proofs/future-objects/judge.ts';
import { located } from '../findings/located.ts';
import { judgeObjects } from '../proofs/closed-world/objects.ts';
import { judgeOnlyPaths, onlyPaths, unprovenPaths } from '../proofs/only-path/judge.ts';
import { judgeOracles, unprovenOracles } from '../proofs/oracles/judge.ts';
import { judgeRoles } from '../proofs/closed-world/roles.ts';
import { judgeRuntime } from '../proofs/live-access/runtime.ts';
import { judgeStrangers } from '../proofs/closed-world/undeclared-roles.ts';
import { truthTable } from '../proofs/truth-table/judge.ts';
import { decide } from '../findings/verdict.ts';
import type { PhaseObservation } from './observe-phase.ts';

export type Judgement = Pick<
  Evidence,
  | 'truth_table'
  | 'build_paths'
  | 'deficiencies'
  | 'assertions'
  | 'fail_closed'
  | 'only_paths'
  | 'oracles'
  | 'controls'
  | 'privilege_diff'
  | 'findings'
  | 'verdict'
>;

/** What the observations of both phases mean under the contract. Pure: the same observations give the same judgement. */
export function judge(
  project: Contract,
  { baseline, head }: Record<PhaseName, PhaseObservation>,
  paths: readonly BuildPath[],
): Judgement {
  const { contract } = project;
  const deficiencies = judgeDeficiencies(contract, { baseline: baseline.attempts, head: head.attempts });
  return judgeObservations(project, baseline, head, deficiencies, paths, traces('baseline', baseline));
}

/** What one observation means: a live database, which has no baseline and no deficiencies to reproduce. */
export function judgeLive(project: Contract, live: PhaseObservation): Judgement {
  return judgeObservations(project, { ...live, suites: [], attempts: [] }, live, [], [], []);
}

function judgeObservations(
  project: Contract,
  baseline: PhaseObservation,
  head: PhaseObservation,
  deficiencies: Evidence['deficiencies'],
  paths: readonly BuildPath[],
  further: readonly Finding[],
): Judgement {
  const { contract } = project;
  const assertions = compareAssertions(baseline.suites, head.suites);
  const failClosed = failClosedMatrix(contract, head.attempts);
  const only = onlyPaths(contract, head.onlyPaths, head.attempts);
  const table = truthTable(contract, view(baseline), view(head));
  const seen = {
    assertions,
    suites: head.suites,
    controls: head.controls,
    attempts: head.attempts,
    failClosed,
    truthTable: table,
    deficiencies,
  };
  const all = sortFindings([
    ...stateFindings(contract, head),
    ...judgeRuntime(contract, seen),
    ...judgeOnlyPaths(contract, head.onlyPaths, head.attempts),
    ...judgeOracles(contract, head.oracles),
    ...judgePaths(paths),
    ...further,
    ...traces('head', head),
  ]);
  const findings = withAcceptances(
    all.map((finding) => located(project, finding)),
    contract.accepted,
    today(),
  );
  return {
    truth_table: table,
    build_paths: [...paths],
    deficiencies,
    assertions,
    fail_closed: failClosed,
    only_paths: only,
    oracles: head.oracles,
    controls: head.controls,
    privilege_diff: diffFacts(baseline.facts, head.facts),
    findings,
    verdict: decide({
      findings,
      suites: { baseline: baseline.suites, head: head.suites },
      attempts: { baseline: baseline.attempts, head: head.attempts },
      failClosed,
      deficiencies,
      notSeen: [...head.notSeen, ...unprovenPaths(only), ...unprovenOracles(head.oracles)],
    }),
  };
}

/** What the state is judged by. */
export type SeenState = Pick<
  PhaseObservation,
  'facts' | 'access' | 'future' | 'bypass' | 'connectedAs' | 'toolSchemaIntact'
>;

/** What the state alone shows. */
export function stateFindings(
  contract: ParsedContract,
  { facts, access, future, bypass, connectedAs, toolSchemaIntact }: SeenState,
): Finding[] {
  return [
    ...(toolSchemaIntact ? [] : [changedToolSchema]),
    ...bypass,
    ...judgeStrangers(contract, facts, connectedAs),
    ...judgeAccess(contract, facts, access),
    ...judgeGrantees(contract, facts),
    ...judgeRoles(contract, facts),
    ...judgeObjects(contract, facts),
    ...judgeFuture(contract, future, facts),
    ...judgeDefaultPrivileges(contract, facts),
  ];
}

const changedToolSchema: Finding = {
  code: 'tool-schema-changed',
  severity: 'high',
  object: pgtapSchema,
  identity: '',
  message: `the schema ${pgtapSchema}, which the privilege state leaves out, holds something else than the pgTAP that was loaded there`,
  remedy: `DROP SCHEMA ${pgtapSchema} CASCADE;`,
};

function view({ access, answers, attempts, suites }: PhaseObservation) {
  return { access, probes: [...answers, ...attempts], suites };
}

function traces(phase: PhaseName, { traces: { added, removed } }: PhaseObservation): Finding[] {
  return [...added, ...removed].map((fact) => ({
    code: 'observation-left-traces',
    severity: 'high',
    object: fact.object,
    identity: fact.role,
    access: `${phase} ${fact.property} ${added.includes(fact) ? 'added' : 'removed'}`,
    message: `after the suites and probes of ${phase}, ${fact.kind} ${fact.object} ${fact.property} ${fact.role} was ${added.includes(fact) ? 'there' : 'gone'}, which it was not before`,
    remedy: 'A suite commits what it does: let it begin, and roll back at its end.',
  }));
}
