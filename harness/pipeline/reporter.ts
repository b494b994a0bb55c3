import type { MigrationsRead } from '../migrations/told.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Progress } from '../pgtap/progress.ts';

/** Told what happens while it happens. Every callback is optional; one file for each output. */
export interface Reporter extends Progress {
  onRunStart?(run: {
    title: string;
    baseline: string;
    head: string;
    topology: string;
    /** Undefined where a program migrates. */
    migrations?: MigrationsRead | undefined;
  }): void;
  /** The pack is written; `packPath` is its folder. */
  onFinished?(evidence: Evidence, packPath: string): void;
}
