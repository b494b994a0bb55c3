import type { PhaseName } from '../common/phase.ts';
import type { SuiteRun } from './suite-run.ts';

/** Called during a phase. */
export interface Progress {
  /** Called when a step of a phase is done: `server`, `migrations`, `snapshot`, … */
  onStep?(phase: PhaseName, step: string, milliseconds: number): void;
  onSuite?(phase: PhaseName, run: SuiteRun): void;
}
