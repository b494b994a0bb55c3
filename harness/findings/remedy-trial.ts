import { counted, listed } from '../common/text.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { askedFor } from './asked-for.ts';
import { findingKey, type Finding } from './finding.ts';
import { reasonOf } from './verdict.ts';

/** Why the server refuses a remedy, with its SQLSTATE. */
export interface Refusal {
  refused: string;
}

/** The result of a remedy that was executed on head: the findings afterwards, or why the server refuses it. */
export type Trial = { findings: readonly Finding[] } | Refusal;

/** First words of statements that a remedy may contain. */
const statement = /^(ALTER|COMMENT|CREATE|DROP|GRANT|REASSIGN|REVOKE)\s/;

/** Whether a remedy is SQL that can be executed as it stands: no advice, and no placeholder. */
export function isExecutable({ remedy }: Pick<Finding, 'remedy'>): boolean {
  return statement.test(remedy) && remedy.trimEnd().endsWith(';') && !/[…<]/.test(remedy);
}

/** What a remedy is held against: the contract, the findings without it, and what to say in words in its place. */
export interface TrialBasis {
  contract: ParsedContract;
  before: readonly Finding[];
  advice: string;
}

/**
 * The finding with the result of its remedy. SQL that the server refuses or that breaks something is replaced by the advice; where
 * it breaks nothing but what the contract's own grant says, by the lines of the contract that have to go with it.
 */
export function withTrial(finding: Finding, { contract, before, advice }: TrialBasis, trial: Trial): Finding {
  if ('refused' in trial) {
    return { ...finding, remedy: advice, tried: `no SQL is offered: the server refuses it (${trial.refused})` };
  }
  const known = new Set(before.map(findingKey));
  const fresh = trial.findings.filter((one) => !known.has(findingKey(one)) && !isFollowed(finding, one));
  const followed = trial.findings.some((one) => !known.has(findingKey(one)) && isFollowed(finding, one));
  const also = followed ? `; the contract has to say the new state of ${finding.object}` : '';
  const stays = trial.findings.some((one) => findingKey(one) === findingKey(finding));
  const asked = askedFor(contract, finding, fresh);
  if (asked !== undefined && known.has(findingKey(finding)) && !stays) {
    return {
      ...finding,
      tried: `removes this finding; ${asked.words}${also}`,
      retract_with_remedy: asked.lines,
    };
  }
  if (fresh.length > 0) {
    const shown = fresh.slice(0, 3).map(reasonOf);
    const more = fresh.length > shown.length ? [counted(fresh.length - shown.length, 'other')] : [];
    return { ...finding, remedy: advice, tried: `no SQL is offered: it would bring ${listed([...shown, ...more])}` };
  }
  if (!known.has(findingKey(finding))) {
    return { ...finding, tried: `breaks nothing; that this finding goes is seen by its real login alone${also}` };
  }
  const came = stays
    ? 'breaks nothing, and does not remove this finding alone'
    : 'removes this finding, breaks nothing';
  return { ...finding, tried: `${came}${also}` };
}

/** An intended change differs from the contract. That does no harm, but the contract needs a line. */
function isFollowed({ object }: Finding, fresh: Finding): boolean {
  return fresh.object === object && ['changed-function', 'changed-policy', 'changed-row-security'].includes(fresh.code);
}

/** The findings if no remedy is executed, by default because the database is not ours. */
export function untried(findings: readonly Finding[], why = 'the database is not ours'): Finding[] {
  return findings.map((finding) =>
    isExecutable(finding)
      ? { ...finding, tried: `not tried: ${finding.accepted === undefined ? why : 'the finding is accepted'}` }
      : finding,
  );
}
