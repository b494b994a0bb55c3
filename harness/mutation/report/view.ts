import { staleSentence, type MutationReport } from '../mutation-report.ts';
import { isGrantTaken } from '../unused-grants.ts';
import { commandsAgain, quoted } from '../../report/commands-again.ts';
import type { Banner } from '../../report/banner.ts';
import type { Count } from '../../report/count.ts';
import type { LabelledFact } from '../../report/labelled-fact.ts';
import { visible } from '../../report/escape-invisible.ts';
import { mutationBanner } from './banner.ts';
import {
  mutantGroups,
  survivorViews,
  troubleViews,
  type MutantGroup,
  type SurvivorView,
  type TroubleView,
} from './mutants.ts';
import {
  operatorViews,
  sightSentences,
  suiteScoreViews,
  witnessViews,
  type OperatorView,
  type SuiteScoreView,
  type WitnessView,
} from './scores.ts';
import { mutationCounts, runFacts } from './summary.ts';

/** Everything that the templates of a mutation report print, in the order in which a reader needs it. */
export interface MutationView {
  title: string;
  id: string;
  tool_version: string;
  banner: Banner;
  /** Printed at the end. Only the counts are under the banner. */
  facts: LabelledFact[];
  counts: Count[];
  witnesses: WitnessView[];
  survivors: SurvivorView[];
  /** The sentence if nothing survived. */
  no_survivors: string;
  accepted: SurvivorView[];
  /** Acceptances that nothing needs, a sentence each. */
  stale: string[];
  suites: SuiteScoreView[];
  /** Suites that are blind, or notice only revocations, by name. */
  blind: string[];
  operators: OperatorView[];
  unused: { description: string; sql: string; mutant: string }[];
  /** The sentence if no grant is unused. */
  no_unused: string;
  troubles: TroubleView[];
  groups: MutantGroup[];
  run_facts: LabelledFact[];
  reproduce: string;
}

/** A mutation report as plain data for the templates, which only loop and print. */
export function mutationView(stored: MutationReport): MutationView {
  const report = visible(stored);
  const { run, mutants, score } = report;
  const survived = mutants.filter(({ status }) => status === 'survived');
  return {
    title: run.title,
    id: run.id,
    tool_version: run.tool_version,
    banner: mutationBanner(report),
    facts: [],
    counts: mutationCounts(report),
    witnesses: witnessViews(score),
    survivors: survivorViews(survived.filter(({ accepted }) => accepted === undefined)),
    no_survivors:
      score.killed > 0
        ? 'None. Every mutant that counts was noticed.'
        : 'None, which proves nothing here: no mutant was noticed either.',
    accepted: survivorViews(survived.filter(({ accepted }) => accepted !== undefined)),
    stale: report.stale_acceptances.map(staleSentence),
    suites: suiteScoreViews(report),
    blind: sightSentences(report),
    operators: operatorViews(mutants, score),
    unused: report.unused_grants.map(({ description, sql, mutant }) => ({ description, sql, mutant })),
    no_unused: mutants.some(isGrantTaken)
      ? 'None was found: whatever was taken away, somebody missed.'
      : 'None was looked for: no grant was taken away.',
    troubles: troubleViews(mutants),
    groups: mutantGroups(mutants),
    run_facts: runFacts(report),
    reproduce: reproduce(report),
  };
}

function reproduce({ run }: MutationReport): string {
  const [last = '', ...before] = commandsAgain('mutate', run).toReversed();
  return [
    ...before.toReversed(),
    `${last}${run.only === null ? '' : ` --only ${quoted(run.only)}`}${run.changed ? ' --changed' : ''}`,
  ].join('\n');
}
