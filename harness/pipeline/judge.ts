import type { Contract } from '../contract/parse-contract.ts';
import { unusedAcceptances, withAcceptances } from '../findings/accepted.ts';
import { sortFindings, type Finding } from '../findings/finding.ts';
import { judgeMigrationsAfterHead } from '../findings/migration-after-head.ts';
import { located } from '../findings/located.ts';
import { oneForEachKey } from '../findings/same-key.ts';
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

/** What the observations mean: each proof's part of the evidence, the findings, what is not proven, and the verdict. */
export type Judgement = Shown &
  SourceCodeEvidence & {
    findings: Finding[];
    unproven: Unproven[];
    /** The server that was recognised, with what its provider keeps there; absent if none was. */
    server?: ServerEvidence;
    /** Acceptances of the contract that cover nothing, in words. */
    unused_acceptances: string[];
    verdict: Verdict;
  };

/** The judged parts of a project besides its contract. */
type Judged = Contract & { code?: SourceCode | undefined };

/** The conditions of a judgement. */
export interface Asked {
  /** Today, as ISO 8601. It ends acceptances. */
  today: string;
  /** The level of proof that is needed to pass. @default the contract's */
  demanded?: ProofLevel | undefined;
}

/** What the observations of both phases mean under the contract. Without a level in the contract, the level is `full`. Pure. */
export function judge(
  project: Judged & { afterHead: readonly string[] },
  { baseline, head }: Record<PhaseName, PhaseObservation>,
  paths: readonly BuildPath[],
  { today, demanded = project.contract.proof ?? 'full' }: Asked,
): Judgement {
  const further = judgeMigrationsAfterHead(project.contract.revisions.head, project.afterHead);
  return judgement(project, { demanded, baseline, head, paths, further }, today);
}

/**
 * What one observation means: a live database, which has no baseline and no deficiencies to reproduce. Without a level in the
 * contract, it is the highest that the given URLs allow. Pure.
 */
export function judgeLive(
  project: Judged,
  live: PhaseObservation,
  { today, demanded = project.contract.proof }: Asked,
): Judgement {
  return judgement(project, { demanded, baseline: undefined, head: live, paths: [], further: [] }, today);
}

interface Observed {
  /** The level that is needed to pass; undefined for the highest that the given URLs allow. */
  demanded: ProofLevel | undefined;
  baseline: PhaseObservation | undefined;
  head: PhaseObservation;
  paths: readonly BuildPath[];
  /** Findings about the project itself. */
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
    [...further, ...oneForEachKey(sortFindings([...code.findings, ...findings]))].map((finding) =>
      located(project, finding),
    ),
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
