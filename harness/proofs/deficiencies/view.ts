import type { Change } from '../../common/change.ts';
import type { DeficiencyResult, ExpectationResult } from './judge.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { outcomeWords } from '../../common/text.ts';

/** One deficiency: the failure reproduced at baseline, then the same question at head. */
export interface DeficiencyView {
  id: string;
  claim: string;
  status: Badge;
  baseline: ExpectationView[];
  head: ExpectationView[];
}

export interface ExpectationView {
  what: string;
  expected: string;
  seen: Badge;
  message: string | null;
}

// `held` and `broken` mean that baseline did not show the failure: nothing was repaired.
const statuses: Record<Change, Badge> = {
  fixed: badge('good', 'fixed'),
  held: badge('warn', 'not reproduced at baseline'),
  broken: badge('bad', 'open at head, not reproduced at baseline'),
  'still-red': badge('bad', 'still open'),
};

/** The deficiencies with the server's own messages. */
export function deficiencyViews(results: readonly DeficiencyResult[]): DeficiencyView[] {
  return results.map(({ id, claim, status, baseline, head }) => ({
    id,
    claim,
    status: statuses[status],
    baseline: baseline.map(expectation),
    head: head.map(expectation),
  }));
}

function expectation({ what, expected, seen, message, met }: ExpectationResult): ExpectationView {
  return { what, expected: outcomeWords(expected), seen: badge(met ? 'good' : 'bad', outcomeWords(seen)), message };
}
