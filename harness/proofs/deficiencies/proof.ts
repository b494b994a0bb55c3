import type { Attempt } from '../../attempts/attempt.ts';
import { proof, type Phases } from '../proof.ts';
import { judgeDeficiencies, openDeficiencies, unreproduced, type DeficiencyResult } from './judge.ts';
import { deficiencyViews } from './view.ts';

export interface DeficienciesEvidence {
  deficiencies: DeficiencyResult[];
}

/** Each known failure, reproduced at baseline and gone at head. */
export const deficiencies = proof({
  name: 'deficiencies',
  folder: import.meta.url,
  restsOn: 'attempts',
  judge({ contract, baseline, head }: Phases<{ attempts: Attempt[] }>) {
    // A live database has no baseline to reproduce anything in.
    const results =
      baseline === undefined ? [] : judgeDeficiencies(contract, { baseline: baseline.attempts, head: head.attempts });
    return { shown: { deficiencies: results }, findings: openDeficiencies(results), unproven: unreproduced(results) };
  },
  sections: [
    {
      anchor: 'deficiencies',
      ofBaseline: true,
      title: 'Deficiencies',
      view: (evidence: DeficienciesEvidence) => ({ deficiencies: deficiencyViews(evidence.deficiencies) }),
    },
  ],
});
