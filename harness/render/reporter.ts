import type { PhaseName } from '../common/phase.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';

/** Told what happens while it happens. Every callback is optional; one file for each output. */
export interface Reporter {
  onRunStart?(run: { title: string; baseline: string; head: string; topology: string }): void;
  /** A step of a phase is done: `server`, `migrations`, `snapshot`, … */
  onStep?(phase: PhaseName, step: string, milliseconds: number): void;
  onSuite?(phase: PhaseName, run: SuiteRun): void;
  /** The pack is written; `packPath` is its folder. */
  onFinished?(evidence: Evidence, packPath: string): void;
}
