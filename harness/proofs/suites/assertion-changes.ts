import type { AssertionResult } from '../../pgtap/assertion.ts';

/** red → green, green → green, green → red, red → red. */
export type Change = 'fixed' | 'held' | 'broken' | 'still-red';

/** One assertion seen in both phases. */
export interface AssertionChange {
  suite: string;
  number: number;
  name: string;
  baseline: AssertionResult;
  head: AssertionResult;
  change: Change;
}

/** The change from `baseline` to `head`, where `true` is green. */
export function changeOf(baseline: boolean, head: boolean): Change {
  if (head) {
    return baseline ? 'held' : 'fixed';
  }
  return baseline ? 'broken' : 'still-red';
}
