import type { FactDiff } from '../../catalog/diff-facts.ts';
import { phaseNames } from '../../common/phase.ts';
import { proof, type Phases } from '../proof.ts';
import { judgeTraces } from './judge.ts';

/** Proves that observing changed nothing: the state after it equals the state before. The pipeline reads both. */
export const traces = proof({
  name: 'traces',
  folder: import.meta.url,
  judge: (phases: Phases<{ traces: FactDiff }>) => ({
    shown: {},
    findings: phaseNames.flatMap((phase) => judgeTraces(phase, phases[phase]?.traces)),
    unproven: [],
  }),
});
