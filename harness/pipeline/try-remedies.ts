import type { BuiltPhase } from '../attempts/built-phase.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import type { Fact } from '../catalog/fact.ts';
import { indexBy } from '../common/index-by.ts';
import { messageOf } from '../common/errors.ts';
import { withAcceptances } from '../findings/accepted.ts';
import type { Finding } from '../findings/finding.ts';
import { isExecutable, untried, withTrial, type Refusal, type Trial } from '../findings/remedy-trial.ts';
import { serverError } from '../postgres/sql-error.ts';
import { allCodes } from '../proofs/all-codes.ts';
import { judgeAll } from '../proofs/judge-all.ts';
import type { Seen } from '../proofs/observations.ts';
import { affectedBy } from '../proofs/affected.ts';
import type { DamagedHead } from './damaged-head.ts';
import { openDamaged } from './open-damaged.ts';
import type { Project } from './project.ts';

/** How many remedies of a run are tried: each takes as much work as a mutant. */
const mostTried = 40;

/** What is needed to try remedies. */
export interface TrialOptions {
  project: Project;
  signal: AbortSignal;
  /** ISO date, which ends acceptances. */
  today: string;
}

/**
 * The findings with the result of executing their remedies on head, each in transactions that are rolled back: whether the
 * finding disappears, and whether a need, a green suite, or anything else breaks. Remedies that cannot be executed stay as they
 * are, and those of accepted findings are said not to have been tried.
 */
export async function tryRemedies(
  built: BuiltPhase,
  findings: readonly Finding[],
  options: TrialOptions,
): Promise<Finding[]> {
  const remedies = [...indexBy(findings.filter(mayBeTried), ({ remedy }) => [remedy])].slice(0, mostTried);
  if (remedies.length === 0) {
    return untried(findings);
  }
  const { contract } = options.project;
  const changes: (Change | Refusal)[] = [];
  const { head, before: asIs } = await openDamaged(built, options.project, options.signal, async (opened) => {
    for (const [remedy, its] of remedies.slice(changes.length)) {
      const objects = its.map(({ object }) => object);
      changes.push(await unlessRefused(changeBy(opened, remedy, objects, options), options));
    }
    return { objects: unionOf(changes) };
  });
  try {
    const before = findingsIn(asIs, options);
    const trials = new Map<string, Trial>();
    for (const [index, [remedy]] of remedies.entries()) {
      const change = changes[index]!;
      const seen = async () =>
        'refused' in change ? change : { findings: findingsIn(await head.see(remedy, change.facts, change), options) };
      trials.set(remedy, await unlessRefused(seen(), options));
    }
    const advice = new Map((await allCodes()).map(({ code, remedy }) => [code, remedy]));
    return findings.map((finding) => {
      const trial = trials.get(finding.remedy);
      if (!mayBeTried(finding)) {
        return untried([finding])[0]!;
      }
      return trial === undefined
        ? { ...finding, tried: `not tried: the first ${mostTried} remedies of a run are` }
        : withTrial(finding, { contract, before, advice: advice.get(finding.code) ?? '' }, trial);
    });
  } finally {
    await head.close();
  }
}

/** What a remedy changes in the privilege state, and the objects on which attempts may then end otherwise; undefined for all. */
interface Change {
  facts: Fact[];
  objects: ReadonlySet<string> | undefined;
}

/** The objects of its own findings are always tried: what was not tried again does not count as gone. */
async function changeBy(
  head: DamagedHead,
  remedy: string,
  ofFindings: readonly string[],
  { project: { contract } }: TrialOptions,
): Promise<Change> {
  const facts = await head.factsWith(remedy);
  const { objects } = affectedBy(contract, head.facts, diffFacts(head.facts, facts));
  return { facts, objects: objects && new Set([...objects, ...ofFindings]) };
}

function unionOf(changes: readonly (Change | Refusal)[]): ReadonlySet<string> | undefined {
  const sets = changes.flatMap((change) => ('refused' in change ? [] : [change.objects]));
  return sets.includes(undefined) ? undefined : new Set(sets.flatMap((objects) => [...objects!]));
}

function mayBeTried(finding: Finding): boolean {
  return finding.accepted === undefined && isExecutable(finding);
}

/** The result of trying a remedy, or why the server refuses it. */
async function unlessRefused<T>(work: Promise<T>, { signal }: TrialOptions): Promise<T | Refusal> {
  try {
    return await work;
  } catch (error) {
    const server = serverError(error) ?? serverError((error as Error).cause);
    if (server === undefined || signal.aborted) {
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
