import type { Attempt } from '../../attempts/attempt.ts';
import { runAttempts } from '../../attempts/run-attempts.ts';
import { proof, type Phases } from '../proof.ts';
import type { StoredPhases } from '../phase-evidence.ts';
import { judgeAttempts, unprovenAttempts } from './judge.ts';
import { attemptGroups, catalogViews } from './view.ts';

/** Every command on every contracted object, executed as each login. */
export const liveAccess = proof({
  name: 'attempts',
  folder: import.meta.url,
  witness: 'attempt',
  observation: {
    reach: 'rows',
    nothing: [] as Attempt[],
    async observe({ superuser, contract, logins, begin, ours, mayCommit, objects }) {
      const options = { keepSequences: !ours, commitRefused: mayCommit, opening: begin, objects };
      const attempts = await runAttempts(superuser, contract, logins, options);
      return { seen: attempts, step: `${attempts.length} attempts as a login` };
    },
  },
  judge: ({ contract, baseline, head }: Phases<{ attempts: Attempt[] }>) => ({
    shown: {},
    findings: judgeAttempts(contract, head.attempts),
    unproven: unprovenAttempts({ baseline: baseline?.attempts ?? [], head: head.attempts }),
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
