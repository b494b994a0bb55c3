import type { Change } from '../../common/change.ts';
import type { AssertionResult } from '../../pgtap/assertion.ts';

/** One assertion seen in both phases; without what it was at baseline, and its change, where no baseline was looked at. */
export interface AssertionChange {
  suite: string;
  number: number;
  name: string;
  baseline?: AssertionResult;
  head: AssertionResult;
  change?: Change;
}
