import { endingOf } from '../../attempts/outcome.ts';
import { counted } from '../../common/text.ts';
import { badge, type Badge } from '../../report/badge.ts';
import type { DefinerRows } from './observe.ts';

/** One definer function, as a login called it. */
export interface DefinerRowsView {
  function: string;
  identity: string;
  rows: string;
  others: string;
  result: Badge;
}

/** The calls in the order in which they were made. */
export function definerRowsViews(called: readonly DefinerRows[]): DefinerRowsView[] {
  return called.map((one) => ({
    function: one.function,
    identity: one.identity,
    rows: endingOf(one).kind === 'allowed' ? counted(one.rows, 'row') : (one.message ?? one.outcome),
    others: counted(one.foreign_rows, 'row'),
    result: resultOf(one),
  }));
}

function resultOf({ foreign_rows: foreign, is_for_all: isSaid }: DefinerRows): Badge {
  if (foreign === 0) {
    return badge('good', 'its own');
  }
  return isSaid ? badge('quiet', 'every tenant’s, on purpose') : badge('bad', 'gives other tenants’ rows');
}
