import type { Contract } from '../contract/parse-contract.ts';
import { unusedAcceptances, withAcceptances } from '../findings/accepted.ts';
import { sortFindings, type Finding } from '../findings/finding.ts';
import { judgeMigrationsAfterHead } from '../findings/migration-after-head.ts';
import { located } from '../findings/located.ts';
import { leftOutOn, serverOf, type ServerEvidence } from '../findings/server.ts';
import { coverable, unprovenLines, withAcceptedUnproven, type Unproven } from '../findings/unproven.ts';
import { oneOfMany, type NotSeen } from '../findings/not-seen.ts';
import { decide, type Verdict } from '../findings/verdict.ts';
import type { PhaseName } from '../common/phase.ts';
import type { ProofLevel } from '../common/proof-level.ts';
import type { BuildPath } from '../proofs/build-paths/judge.ts';
import { judgeAll, type Shown } from '../proofs/judge-all.ts';
import { judgeCode, type SourceCode, type SourceCodeEvidence } from '../source-code/judge.ts';
import type { PhaseObservation } from './observe-phase.ts';

/** What the observations mean: what every proof adds to the evidence, the findings, what is not proven, and the verdict. */
export type Judgement = Shown &
  SourceCodeEvidence & {
    findings: Finding[];
    unproven: Unproven[];
    /** The server that was recognised, with what its provider keeps there; absent where none was. */
    server?: ServerEvidence;
    /** Acceptances of the contract that cover nothing, in words. */
    unused_acceptances: string[];
    verdict: Verdict;
  };

/** What is judged of a project beside its contract. */
type Judged = Contract & { code?: SourceCode | undefined };

/** Under what a judgement is asked for. */
export interface Asked {
  /** ISO 8601: ends acceptances. */
  today: string;
  /** The level of proof that it takes to pass. @default the contract’s */
  demanded?: ProofLevel | undefined;
}

/** What the observations of both phases mean under the contract; without a level there, it must be proven in full. Pure. */
export function judge(
  project: Judged & { afterHead: readonly string[] },
  { baseline, head }: Record<PhaseName, PhaseObservation>,
  paths: readonly BuildPath[],
  { today, demanded = project.contract.proof ?? 'full' }: Asked,
): Judgement {
  const further = judgeMigrationsAfterHead(project.contract.revisions.head, project.afterHead);
  return judgement(project, { demanded, baseline, head, paths, further }, today);
}

/** What one observation means: a live database, which has no baseline and no deficiencies to reproduce; without a level in the contract, it must be proven as far as what was given allows. Pure. */
export function judgeLive(
  project: Judged,
  live: PhaseObservation,
  { today, demanded = project.contract.proof }: Asked,
): Judgement {
  return judgement(project, { demanded, baseline: undefined, head: live, paths: [], further: [] }, today);
}

interface Observed {
  /** What it takes to pass; undefined for the highest level that what was given allows. */
  demanded: ProofLevel | undefined;
  baseline: PhaseObservation | undefined;
  head: PhaseObservation;
  paths: readonly BuildPath[];
  /** Findings of the project itself. */
  further: readonly Finding[];
}

function judgement(project: Judged, { demanded, baseline, head, paths, further }: Observed, today: string): Judgement {
  const { contract } = project;
  const observed = ({ seen, traces }: PhaseObservation, buildPaths: readonly BuildPath[]) => ({
    ...seen,
    traces,
    buildPaths: [...buildPaths],
  });
  const {
    shown,
    findings,
    unproven: untold,
  } = judgeAll({
    contract,
    baseline: baseline === undefined ? undefined : observed(baseline, []),
    head: observed(head, paths),
  });
  const code = judgeCode(project, project.code);
  const unproven = [...untold, ...head.tenancyFaults.map(ofTable)];
  const accepted = withAcceptances(
    [...further, ...sortFindings([...code.findings, ...findings])].map((finding) => located(project, finding)),
    contract.accepted,
    today,
  );
  const { facts } = head.seen.state;
  const server = serverOf(facts, contract);
  const seenUnproven = withAcceptedUnproven(unproven, contract.accepted, today);
  return {
    ...shown,
    ...code.shown,
    truth_table: code.withReferences(shown.truth_table),
    findings: accepted,
    unproven: seenUnproven,
    ...(server === undefined ? {} : { server: leftOutOn(server, contract, facts) }),
    unused_acceptances: unusedAcceptances(contract.accepted, [...accepted, ...coverable(unproven)]),
    verdict: decide({
      findings: accepted,
      proof: {
        demanded,
        ...head.proof,
        notSeen: [...head.notSeen, ...unprovenLines(seenUnproven).map(oneOfMany), ...withoutSuperuser(head)],
      },
    }),
  };
}

/** What a superuser's controls would have added. */
function withoutSuperuser({ proof }: PhaseObservation): NotSeen[] {
  return proof.reached === 'login'
    ? [{ text: 'no positive control is a superuser’s: none was given', partOf: 'full', notGiven: true }]
    : [];
}

function ofTable({ table, text }: PhaseObservation['tenancyFaults'][number]): Unproven {
  const reason = text.startsWith(`${table} `) ? text.slice(table.length + 1) : text;
  return { phase: 'head', object: table, identity: '', access: '', reason };
}
