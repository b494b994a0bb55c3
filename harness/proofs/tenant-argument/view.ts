import { counted } from '../../common/text.ts';
import { endingOf, isPastGrants, meaningOf, type Reply } from '../../attempts/outcome.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { givesOther, showsSomething } from './judge.ts';
import type { TenantArgument } from './observe.ts';

/** One function that was passed a tenant. */
export interface TenantArgumentView {
  function: string;
  place: number;
  identity: string;
  own: string;
  other: string;
  unknown: string;
  result: Badge;
}

/** The calls in the order in which they were made. */
export function tenantArgumentViews(called: readonly TenantArgument[]): TenantArgumentView[] {
  return called.map((one) => ({
    function: one.function,
    place: one.place,
    identity: one.identity,
    own: answer(one.own),
    other: answer(one.other),
    unknown: answer(one.unknown),
    result: resultOf(one),
  }));
}

function resultOf(one: TenantArgument): Badge {
  if (givesOther(one)) {
    return badge('bad', 'gives another tenant’s rows');
  }
  // A call that grants refuse gives nothing to anybody.
  return showsSomething(one) || !isPastGrants(endingOf(one.own))
    ? badge('good', 'closed')
    : badge('warn', 'shows nothing: its own tenant is answered like one that does not exist');
}

function answer(reply: Reply): string {
  return meaningOf(reply).isAllowed ? counted(reply.rows, 'row') : (reply.message ?? reply.outcome);
}
