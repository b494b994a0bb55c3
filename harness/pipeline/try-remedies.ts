import type { BuiltPhase } from '../attempts/built-phase.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import { messageOf } from '../common/errors.ts';
import { withAcceptances } from '../findings/accepted.ts';
import type { Finding } from '../findings/finding.ts';
import { isExecutable, withTrial, type Trial } from '../findings/remedy-trial.ts';
import { serverError } from '../postgres/sql-error.ts';
import { allCodes } from '../proofs/all-codes.ts';
import { judgeAll } from '../proofs/judge-all.ts';
import type { Seen } from '../proofs/observations.ts';
import { reachOf } from '../proofs/reach.ts';
import { DamagedHead } from './damaged-head.ts';
import type { Project } from './project.ts';

/** How many remedies of a run are tried: each is as much work as a mutant. */
const mostTried = 40;

/** What trying remedies takes. */
export interface TrialOptions {
  project: Project;
  signal: AbortSignal;
  /** ISO date, which ends acceptances. */
  today: string;
}

/**
 * The findings with what executing their remedies on head showed, each in transactions that roll back: whether the finding
 * goes, and whether a need, a suite that was green, or anything else breaks. What cannot be executed, and what is accepted, is
 * left as it is.
 */
export async function tryRemedies(
  built: BuiltPhase,
  findings: readonly Finding[],
  options: TrialOptions,
): Promise<Finding[]> {
  const remedies = [...new Set(findings.filter(mayBeTried).map(({ remedy }) => remedy))];
  if (remedies.length === 0) {
    return [...findings];
  }
  const head = await DamagedHead.open(built, options.project, options.signal);
  try {
    const before = findingsIn(await head.see('', head.facts), options);
    const advice = new Map((await allCodes()).map(({ code, remedy }) => [code, remedy]));
    const trials = new Map<string, Trial>();
    for (const remedy of remedies.slice(0, mostTried)) {
      trials.set(remedy, await trialOf(head, remedy, options));
    }
    return findings.map((finding) => {
      const trial = trials.get(finding.remedy);
      if (!mayBeTried(finding)) {
        return finding;
      }
      return trial === undefined
        ? { ...finding, tried: `not tried: the first ${mostTried} remedies of a run are` }
        : withTrial(finding, before, trial, advice.get(finding.code) ?? '');
    });
  } finally {
    await head.close();
  }
}

function mayBeTried(finding: Finding): boolean {
  return finding.accepted === undefined && isExecutable(finding);
}

async function trialOf(head: DamagedHead, remedy: string, options: TrialOptions): Promise<Trial> {
  try {
    const facts = await head.factsWith(remedy);
    const { objects } = reachOf(options.project.contract, head.facts, diffFacts(head.facts, facts));
    return { findings: findingsIn(await head.see(remedy, facts, { objects }), options) };
  } catch (error) {
    const server = serverError(error) ?? serverError((error as Error).cause);
    if (server === undefined || options.signal.aborted) {
      throw error;
    }
    return { refused: `${messageOf(error)}, SQLSTATE ${server.sqlstate}` };
  }
}

function findingsIn(seen: Seen, { project: { contract }, today }: TrialOptions): Finding[] {
  const head = { ...seen, buildPaths: [], traces: { added: [], removed: [] } };
  const { findings } = judgeAll({ contract, baseline: undefined, head });
  return withAcceptances(findings, contract.accepted, today).filter(({ accepted }) => accepted === undefined);
}
