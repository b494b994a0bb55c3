import type { Change } from '../../common/change.ts';
import type { AssertionResult } from '../../pgtap/assertion.ts';

/** One assertion seen in both phases. */
export interface AssertionChange {
  suite: string;
  number: number;
  name: string;
  baseline: AssertionResult;
  head: AssertionResult;
  change: Change;
}
