import type { PhaseName } from '../common/phase.ts';
import type { SuiteRun } from './suite-run.ts';

/** Told what is done in a phase while it is done. */
export interface Progress {
  /** A step of a phase is done: `server`, `migrations`, `snapshot`, … */
  onStep?(phase: PhaseName, step: string, milliseconds: number): void;
  onSuite?(phase: PhaseName, run: SuiteRun): void;
}
