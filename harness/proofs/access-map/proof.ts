import type { ParsedContract } from '../../contract/contract.ts';
import type { Finding } from '../../findings/finding.ts';
import { proof, type SeenState } from '../proof.ts';
import { judgeAccessMap, type AccessMapEvidence } from './judge.ts';
import { accessMapView } from './view.ts';

type State = { state: SeenState };

/**
 * Who reaches what by which path, before and after. It makes no findings: it is a picture of the state that other proofs judge.
 */
export const accessMap = proof({
  name: 'access-map',
  folder: import.meta.url,
  judge: ({ contract, baseline, head }: { contract: ParsedContract; baseline: State | undefined; head: State }) => ({
    shown: { access_map: judgeAccessMap(contract, { baseline: (baseline ?? head).state, head: head.state }) },
    findings: [],
    unproven: [],
  }),
  sections: [
    {
      anchor: 'map',
      ofDrift: true,
      title: 'Who reaches what',
      view: (evidence: Partial<AccessMapEvidence> & { findings: readonly Finding[] }) => accessMapView(evidence),
    },
  ],
});
