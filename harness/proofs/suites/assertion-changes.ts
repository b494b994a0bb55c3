import type { Change } from '../../common/change.ts';
import type { AssertionResult } from '../../pgtap/assertion.ts';

/** One assertion in both phases. If no baseline was looked at, it has neither a baseline result nor a change. */
export interface AssertionChange {
  suite: string;
  number: number;
  name: string;
  baseline?: AssertionResult;
  head: AssertionResult;
  change?: Change;
}
