import type { ControlRun } from '../pgtap/run-control.ts';

/** For each suite, in order, the first run in which it did not notice its own damage, otherwise its first run. */
export function worstControls(parts: readonly (readonly ControlRun[])[]): ControlRun[] {
  const worst = new Map<string, ControlRun>();
  for (const run of parts.flat()) {
    const before = worst.get(run.suite);
    if (before === undefined || (before.noticed && !run.noticed)) {
      worst.set(run.suite, run);
    }
  }
  return [...worst.values()];
}
