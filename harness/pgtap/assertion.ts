import type { WitnessClaim } from './witness-claim.ts';

/**
 * How one assertion ended. `skip`: also if its subtest made no assertion. `missing`: the plan promised it, or the other phase ran
 * it, and it was not reached.
 */
export type AssertionResult = 'ok' | 'not-ok' | 'skip' | 'todo' | 'missing';

/** One numbered line of TAP. */
export interface Assertion {
  number: number;
  name: string;
  result: AssertionResult;
  /** The `# …` lines after a failed assertion, without their `# `; for a skipped or TODO assertion, the reason. */
  diagnostics: string;
  /** What it declares to be a witness of, in `# witness:` lines below it; absent if it declares nothing. */
  witnesses?: WitnessClaim[];
}
