import type { ParsedContract } from '../contract/contract.ts';
import { wholeTenantOf } from '../contract/rows.ts';
import { contextOfTenant, hasSessions, isBound } from '../contract/sessions.ts';
import { isUsual, type Attempt } from './attempt.ts';

/**
 * Whether an attempt is to show what the contract declares. A table whose rows all belong to one tenant is used by that tenant,
 * and by a session whose login or role alone is a tenant.
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
