import type { Attempt } from '../../attempts/attempt.ts';
import { ofSuperuser } from '../../findings/not-seen.ts';
import { proof, type Phases } from '../proof.ts';
import { judgeOnlyPaths, onlyPaths, unprovenPaths, type OnlyPath } from './judge.ts';
import { runOnlyPaths, type OnlyPathObservation } from './observe.ts';
import { onlyPathViews } from './view.ts';

export interface OnlyPathEvidence {
  /** Tables with `only_through`, and the proof of it at head. */
  only_paths: OnlyPath[];
}

/** Proves that a table with `only_through` is reached through its listed functions only. */
export const onlyPath = proof({
  name: 'onlyPaths',
  folder: import.meta.url,
  witness: 'attempt',
  observation: {
    depth: 'rows',
    // At baseline the contract does not apply yet.
    phases: ['head'],
    nothing: [] as OnlyPathObservation[],
    async observe({ superuser, contract, begin, ours, ground }) {
      const { calls, hands } = await ground();
      // Only a superuser can act as any role.
      const stranger = ours && hands.isSuperuser;
      const seen = await runOnlyPaths(superuser, contract, { opening: begin, stranger, readOnly: !ours, calls });
      return { seen, notSeen: [...new Set(seen.flatMap(({ uncalled = [] }) => uncalled))].map(ofSuperuser) };
    },
  },
  judge({ contract, head }: Phases<{ onlyPaths: OnlyPathObservation[]; attempts: Attempt[] }>) {
    const paths = onlyPaths(contract, head.onlyPaths, head.attempts);
    return {
      shown: { only_paths: paths },
      findings: judgeOnlyPaths(contract, head.onlyPaths, head.attempts),
      unproven: unprovenPaths(paths),
    };
  },
  sections: [
    {
      anchor: 'only-paths',
      title: 'Only paths',
      view: ({ only_paths }: OnlyPathEvidence) => ({ only_paths: onlyPathViews(only_paths) }),
    },
  ],
});
