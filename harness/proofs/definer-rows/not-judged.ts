import { byCodeUnit } from '../../common/order.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { tenantSessionsOf } from '../../contract/sessions.ts';
import type { SeenState } from '../proof.ts';
import type { TenantArgument } from '../tenant-argument/observe.ts';
import { isForAll, type DefinerRows } from './observe.ts';

/**
 * SECURITY DEFINER functions that a tenant's login may call, and of which no call showed whose rows they give or change. A
 * declared tenant argument is judged: what it does not show is reported as unproven.
 */
export function definersNotJudged(
  contract: ParsedContract,
  {
    state,
    definerRows,
    tenantArguments,
  }: { state: SeenState; definerRows: readonly DefinerRows[]; tenantArguments: readonly TenantArgument[] },
): string[] {
  const logins = new Set(tenantSessionsOf(contract).map(({ login }) => login));
  const callable = new Set(
    state.access
      .filter(({ identity, privilege, usable }) => logins.has(identity) && privilege === 'EXECUTE' && usable)
      .map(({ object }) => object),
  );
  const judged = new Set([
    ...definerRows.map((one) => one.function),
    ...tenantArguments
      .filter((one) => one.is_declared || one.own_differs || one.other_differs)
      .map((one) => one.function),
  ]);
  return state.facts
    .filter(
      ({ property, object, detail }) =>
        property === 'security-definer' &&
        detail['extension'] === undefined &&
        !['trigger', 'event_trigger'].includes(String(detail['returns'])) &&
        callable.has(object) &&
        !judged.has(object) &&
        !isForAll(contract, object),
    )
    .map(({ object }) => object)
    .toSorted(byCodeUnit);
}
