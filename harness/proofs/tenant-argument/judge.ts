import { endingOf, isPastGrants, meaningOf } from '../../attempts/outcome.ts';
import { counted } from '../../common/text.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { TenantArgument } from './observe.ts';

/** Whether a call answered for the tenant in its argument, and not the same for every value. */
export function givesOther(one: TenantArgument): boolean {
  return givesRows(one) || one.other_differs;
}

/** Whether its own tenant got an answer that the call for another could have been told from. */
export function showsSomething({ own, own_differs }: TenantArgument): boolean {
  return own.rows > 0 && own_differs;
}

function givesRows({ other, unknown }: TenantArgument): boolean {
  return meaningOf(other).isAllowed && other.rows > unknown.rows;
}

/** A finding for each function that gives a login the rows of another tenant because the login named that tenant. */
export function judgeTenantArguments(called: readonly TenantArgument[]): Finding[] {
  return called.filter(givesOther).map((one) => ({
    code: 'definer-takes-tenant',
    severity: one.is_declared ? 'high' : 'medium',
    object: one.function,
    identity: one.identity,
    access: `argument ${one.place}`,
    message: `${one.identity} in the context of its own tenant was given ${givesRows(one) ? counted(one.other.rows, 'row') : 'the answer'} of another tenant by ${one.function}, because argument ${one.place} named it`,
    remedy: `Compare argument ${one.place} with the tenant of the session in the body of ${one.function}, or take the argument away; where callers may name any tenant on purpose, accept the finding with a reason.`,
  }));
}

/** Calls that prove nothing: the own tenant got no row by a declared argument, or everybody gets the same. */
export function unprovenTenantArguments(called: readonly TenantArgument[]): Unproven[] {
  return called
    .filter((one) => one.is_declared && isPastGrants(endingOf(one.own)) && !showsSomething(one))
    .map(({ function: name, identity, own }) => ({
      phase: 'head',
      object: name,
      identity,
      access: 'tenant argument',
      reason:
        own.message ??
        (own.rows === 0
          ? 'it returned no row for the own tenant, so that no row for another shows nothing'
          : 'it answered for the own tenant as for one that does not exist, so that its answer for another shows nothing'),
    }));
}
