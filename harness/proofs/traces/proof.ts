import type { FactDiff } from '../../catalog/diff-facts.ts';
import { phaseNames } from '../../common/phase.ts';
import { proof, type Phases } from '../proof.ts';
import { judgeTraces } from './judge.ts';

/** That observing changed nothing: the state before it is the state after it. The pipeline reads both. */
export const traces = proof({
  name: 'traces',
  folder: import.meta.url,
  judge: (phases: Phases<{ traces: FactDiff }>) => ({
    shown: {},
    findings: phaseNames.flatMap((phase) => judgeTraces(phase, phases[phase]?.traces)),
    unproven: [],
  }),
});
