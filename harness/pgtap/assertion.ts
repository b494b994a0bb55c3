import type { WitnessClaim } from './witness-claim.ts';

/** How one assertion ended. `skip`: also where its subtest made no assertion. `missing`: the plan promised it, or the other phase ran it, and it was not reached. */
export type AssertionResult = 'ok' | 'not-ok' | 'skip' | 'todo' | 'missing';

/** One numbered line of TAP. */
export interface Assertion {
  number: number;
  name: string;
  result: AssertionResult;
  /** The `# …` lines that follow a failed assertion, without their `# `; of one that is skipped or to do, why. */
  diagnostics: string;
  /** What it declares itself a witness of, in `# witness:` lines below it; absent where it declares nothing. */
  witnesses?: WitnessClaim[];
}
