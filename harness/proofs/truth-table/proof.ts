import type { Attempt, CatalogAnswer } from '../../attempts/attempt.ts';
import type { BypassFinding } from '../bypass/judge.ts';
import type { SourceCodeEvidence } from '../../source-code/judge.ts';
import { proof, type Phases, type SeenState, type SuiteObservation } from '../proof.ts';
import { disagreement, truthTable, type PhaseView, type TruthRow } from './judge.ts';
import { askCatalog } from './observe.ts';
import { sourceWords } from './source-words.ts';
import { truthLines } from './view.ts';

export interface Needs {
  bypass: BypassFinding[];
  state: SeenState;
  answers: CatalogAnswer[];
  attempts: Attempt[];
  suites: SuiteObservation;
}

export interface TruthTableEvidence {
  truth_table: TruthRow[];
}

/** Who may do what, by which path, with three witnesses for each row. */
export const truthTableProof = proof({
  name: 'answers',
  folder: import.meta.url,
  observation: {
    depth: 'catalog',
    nothing: [] as CatalogAnswer[],
    observe: async ({ superuser, contract, begin }) => ({
      seen: await askCatalog(superuser, contract, begin === 'begin' ? undefined : begin),
    }),
  },
  judge({ contract, baseline, head }: Phases<Needs>) {
    const rows = truthTable(contract, baseline === undefined ? undefined : view(baseline), view(head));
    return { shown: { truth_table: rows }, findings: rows.flatMap(disagreement), unproven: [] };
  },
  sections: [
    {
      anchor: 'truth',
      title: 'Privilege truth table',
      view: ({ truth_table, source_code }: TruthTableEvidence & SourceCodeEvidence) => ({
        truth: truthLines(truth_table),
        source: sourceWords(source_code),
      }),
    },
  ],
});

function view({ bypass, state, answers, attempts, suites }: Needs): PhaseView {
  return {
    access: state.access,
    probes: [...answers, ...attempts],
    suites: suites.suites,
    withoutPolicy: bypass.filter(({ code }) => code === 'policy-missing-for-command'),
  };
}
