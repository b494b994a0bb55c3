import type { MigrationsRead } from '../migrations/told.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Progress } from '../pgtap/progress.ts';

/** Called while things happen. Every callback is optional; one file for each output. */
export interface Reporter extends Progress {
  onRunStart?(run: {
    title: string;
    baseline: string;
    head: string;
    topology: string;
    /** Undefined if a program migrates. */
    migrations?: MigrationsRead | undefined;
  }): void;
  /** Called when the pack is written; `packPath` is its folder. */
  onFinished?(evidence: Evidence, packPath: string): void;
}
