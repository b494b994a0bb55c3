import { diffFacts, type FactDiff } from '../../catalog/diff-facts.ts';
import { proof, type Phases, type SeenState } from '../proof.ts';
import { privilegeGroups } from './view.ts';

export interface PrivilegeDiffEvidence {
  privilege_diff: FactDiff;
}

/** The facts that only head has, and those that only baseline has. */
export const privilegeDiff = proof({
  name: 'privilege-diff',
  folder: import.meta.url,
  judge: ({ baseline, head }: Phases<{ state: SeenState }>) => ({
    shown: { privilege_diff: diffFacts((baseline ?? head).state.facts, head.state.facts) },
    findings: [],
    unproven: [],
  }),
  sections: [
    {
      anchor: 'privileges',
      ofBaseline: true,
      ofDrift: true,
      title: 'Privilege diff',
      view: ({ privilege_diff }: PrivilegeDiffEvidence) => ({ privileges: privilegeGroups(privilege_diff) }),
    },
  ],
});
