import { proof, type Phases, type SeenState } from '../proof.ts';
import type { TenantArgument } from '../tenant-argument/observe.ts';
import { judgeDefinerRows } from './judge.ts';
import { definersNotJudged } from './not-judged.ts';
import { callDefiners, type DefinerRows } from './observe.ts';
import { definerRowsViews } from './view.ts';

export interface DefinerRowsEvidence {
  /** Definer functions whose rows have a known owner, called at head. */
  definer_rows: DefinerRows[];
  /** Definer functions that a tenant's login may call and of which no call showed whose rows they give; absent if none. */
  definers_not_judged?: string[];
}

/** What its judgement reads. */
export interface Needs {
  state: SeenState;
  tenantArguments: TenantArgument[];
  definerRows: DefinerRows[];
}

/** Whether a SECURITY DEFINER function gives a login rows of another tenant, whatever its arguments. */
export const definerRows = proof({
  name: 'definerRows',
  folder: import.meta.url,
  witness: 'attempt',
  observation: {
    depth: 'rows',
    phases: ['head'],
    nothing: [] as DefinerRows[],
    observe: async (subject) => ({ seen: await callDefiners(subject) }),
  },
  judge: ({ contract, head }: Phases<Needs>) => {
    const notJudged = definersNotJudged(contract, head);
    return {
      shown: {
        definer_rows: head.definerRows,
        ...(notJudged.length === 0 ? {} : { definers_not_judged: notJudged }),
      },
      findings: judgeDefinerRows(head.definerRows),
      unproven: [],
    };
  },
  sections: [
    {
      anchor: 'definer-rows',
      title: 'Rows that definer functions give',
      view: (evidence: DefinerRowsEvidence) => ({
        called: definerRowsViews(evidence.definer_rows),
        notJudged: evidence.definers_not_judged ?? [],
      }),
    },
  ],
});
