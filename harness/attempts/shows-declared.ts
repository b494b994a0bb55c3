import type { ParsedContract } from '../contract/contract.ts';
import { wholeTenantOf } from '../contract/rows.ts';
import { contextOfTenant, hasSessions, isBound } from '../contract/sessions.ts';
import { isUsual, type Attempt } from './attempt.ts';

/**
 * Whether an attempt is to show what the contract declares. A table of which all rows are one tenant’s is used by that tenant,
 * and by whoever is a tenant by login or role alone.
 */
export function showsDeclared(
  contract: ParsedContract,
  attempt: Pick<Attempt, 'context' | 'session' | 'object'>,
): boolean {
  const { context, object, session } = attempt;
  const whole = wholeTenantOf(contract, object);
  if (whole === undefined || (context !== contextOfTenant.own && context !== contextOfTenant.other)) {
    return isUsual(attempt, hasSessions(contract));
  }
  return context === contextOfTenant[whole.tenant] || isBound(contract.sessions[session ?? ''] ?? { login: '' });
}
