import type { PhaseName } from '../common/phase.ts';
import type { Contract } from '../contract/parse-contract.ts';
import { compareAssertions } from '../diff/compare-assertions.ts';
import { diffFacts } from '../diff/diff-facts.ts';
import type { Evidence } from '../pack/evidence.ts';
import { failClosedMatrix } from '../probes/fail-closed.ts';
import { judgeAccess } from '../verdict/closed-world.ts';
import { judgeDeficiencies } from '../verdict/deficiencies.ts';
import { sortFindings, type Finding } from '../verdict/finding.ts';
import { located } from '../verdict/located.ts';
import { judgeObjects } from '../verdict/objects.ts';
import { judgeRoles } from '../verdict/roles.ts';
import { judgeRuntime } from '../verdict/runtime.ts';
import { truthTable } from '../verdict/truth-table.ts';
import { decide } from '../verdict/verdict.ts';
import type { PhaseObservation } from './observe-phase.ts';

export type Judgement = Pick<
  Evidence,
  'truth_table' | 'deficiencies' | 'assertions' | 'fail_closed' | 'controls' | 'privilege_diff' | 'findings' | 'verdict'
>;

/** What the observations of both phases mean under the contract. Pure: the same observations give the same judgement. */
export function judge({ contract, file, source }: Contract, { baseline, head }: Record<PhaseName, PhaseObservation>): Judgement {
  const assertions = compareAssertions(baseline.suites, head.suites);
  const deficiencies = judgeDeficiencies(contract, { baseline: baseline.attempts, head: head.attempts });
  const failClosed = failClosedMatrix(contract, head.attempts);
  const table = truthTable(contract, view(baseline), view(head));
  const objects = new Set(['database', ...head.facts.filter(({ property }) => property === 'owner').map(({ object }) => object)]);
  const findings = sortFindings([
    ...judgeAccess(contract, head.access, objects),
    ...judgeRoles(contract, head.facts),
    ...judgeObjects(contract, head.facts),
    ...judgeRuntime(contract, { assertions, suites: head.suites, controls: head.controls, attempts: head.attempts, failClosed, truthTable: table, deficiencies }),
    ...traces('baseline', baseline),
    ...traces('head', head),
  ]).map((finding) => located({ contract, file, source }, finding));
  return {
    truth_table: table,
    deficiencies,
    assertions,
    fail_closed: failClosed,
    controls: head.controls,
    privilege_diff: diffFacts(baseline.facts, head.facts),
    findings,
    verdict: decide({
      findings,
      suites: { baseline: baseline.suites, head: head.suites },
      attempts: { baseline: baseline.attempts, head: head.attempts },
      deficiencies,
    }),
  };
}

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
