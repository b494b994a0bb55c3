import type { ControlRun } from '../../pgtap/run-control.ts';
import { proof, type Phases, type SuiteObservation } from '../proof.ts';
import type { StoredPhases } from '../phase-evidence.ts';
import type { AssertionChange } from './assertion-changes.ts';
import { compareAssertions } from './compare-assertions.ts';
import { judgeSuites, unprovenSuites } from './judge.ts';
import { controlViews, suiteViews } from './view.ts';

export interface SuitesEvidence {
  assertions: AssertionChange[];
  /** Each suite that is green at head, run against its own damage. */
  controls: ControlRun[];
}

const nothing: SuiteObservation = { suites: [], controls: [], notSeen: [] };

/** Runs the pgTAP suites as their identities in both phases, and each green one against its own damage. */
export const suites = proof({
  name: 'suites',
  folder: import.meta.url,
  observation: {
    depth: 'rows',
    nothing,
    async observe({ runSuites }) {
      const seen = await runSuites();
      return { seen, notSeen: seen.notSeen };
    },
  },
  judge({ baseline, head }: Phases<{ suites: SuiteObservation }>) {
    const assertions = compareAssertions(baseline?.suites.suites, head.suites.suites);
    return {
      shown: { assertions, controls: head.suites.controls },
      findings: judgeSuites(assertions, head.suites),
      unproven: unprovenSuites({ baseline: baseline?.suites.suites ?? [], head: head.suites.suites }),
    };
  },
  sections: [
    {
      anchor: 'suites',
      title: 'Least-privilege tests',
      view: (evidence: SuitesEvidence & StoredPhases) => ({ suites: suiteViews(evidence) }),
    },
    {
      anchor: 'controls',
      ofBaseline: true,
      title: 'Controls',
      view: ({ controls }: SuitesEvidence & StoredPhases) => ({ controls: controlViews(controls) }),
    },
  ],
});
