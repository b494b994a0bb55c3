import type { Attempt } from '../../attempts/attempt.ts';
import { untriedInserts } from '../../attempts/column-grants.ts';
import { contextsLeftOut } from '../../attempts/committed-contexts.ts';
import { runAttempts } from '../../attempts/run-attempts.ts';
import { denials } from '../closed-world/denials.ts';
import { proof, type Phases, type SeenState } from '../proof.ts';
import type { StoredPhases } from '../phase-evidence.ts';
import { judgeAttempts, unprovenAttempts } from './judge.ts';
import { judgeRecursion } from './recursion.ts';
import { attemptGroups, catalogViews } from './view.ts';

/** Every command on every contracted object, executed as each login. */
export const liveAccess = proof({
  name: 'attempts',
  folder: import.meta.url,
  witness: 'attempt',
  observation: {
    depth: 'rows',
    nothing: [] as Attempt[],
    async observe({ phase, superuser, contract, logins, begin, ours, mayCommit, objects, ground }) {
      // Rows are named only at an undamaged head.
      const nameRows = phase === 'head' && begin === 'begin';
      const known = await ground();
      const options = {
        commitRefused: mayCommit,
        commitsNothing: !ours,
        opening: begin,
        objects,
        nameRows,
        ground: known,
      };
      const attempts = await runAttempts(superuser, contract, logins, options);
      const leftOut = ours ? [] : contextsLeftOut(contract, logins);
      const step = `${attempts.length} attempts as a login`;
      return { seen: attempts, notSeen: [...untriedInserts(contract, known), ...leftOut], step };
    },
  },
  judge: ({ contract, baseline, head }: Phases<{ attempts: Attempt[]; state: SeenState }>) => ({
    shown: {},
    findings: [
      ...judgeRecursion(head.attempts, head.state.facts),
      ...judgeAttempts(contract, head.attempts, head.state.access, head.state.facts),
    ],
    unproven: unprovenAttempts(
      { baseline: baseline?.attempts ?? [], head: head.attempts },
      { baseline: denials(baseline?.state.access ?? []), head: denials(head.state.access) },
    ),
  }),
  sections: [
    {
      anchor: 'attempts',
      title: 'Live attempts',
      appendix: true,
      view: ({ phases }: StoredPhases) => ({ attempts: attemptGroups(phases), catalog: catalogViews(phases) }),
    },
  ],
});
