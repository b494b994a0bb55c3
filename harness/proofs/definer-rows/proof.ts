import { proof, type Phases } from '../proof.ts';
import { judgeDefinerRows } from './judge.ts';
import { callDefiners, type DefinerRows } from './observe.ts';
import { definerRowsViews } from './view.ts';

export interface DefinerRowsEvidence {
  /** Definer functions whose rows have a known owner, called at head. */
  definer_rows: DefinerRows[];
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
  judge: ({ head }: Phases<{ definerRows: DefinerRows[] }>) => ({
    shown: { definer_rows: head.definerRows },
    findings: judgeDefinerRows(head.definerRows),
    unproven: [],
  }),
  sections: [
    {
      anchor: 'definer-rows',
      title: 'Rows that definer functions give',
      view: (evidence: DefinerRowsEvidence) => ({ called: definerRowsViews(evidence.definer_rows) }),
    },
  ],
});
