import { byCodeUnit } from '../common/order.ts';
import { everyContext } from '../contract/contract.ts';
import { tenantCommands } from '../attempts/statements.ts';

/** The order a reader expects commands in. */
export const byCommand = inOrder(tenantCommands);

/** From no context to those that name a tenant. */
export const byContext = inOrder(everyContext);

/** Compares by position in a list. What is not in the list comes last, by code unit. */
export function inOrder(list: readonly string[]): (a: string, b: string) => number {
  const rank = (text: string) => (list.includes(text) ? list.indexOf(text) : list.length);
  return (a, b) => rank(a) - rank(b) || byCodeUnit(a, b);
}
