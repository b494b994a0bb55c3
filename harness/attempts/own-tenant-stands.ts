import type { SqlText } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { tenantSessionsOf, tenantsOf, type ContractSession } from '../contract/sessions.ts';
import { assume, become, sessionFormOf } from './session-form.ts';
import type { Stand } from './transactions.ts';
import type { LoginRefusal, LoginSessions } from './try-statement.ts';

/** A session with a tenant, in which a login is its own tenant. */
export interface OwnTenantStand {
  opened: ContractSession;
  stand: Stand;
  /** Statements that make a session that tenant, whoever opened it. */
  asOwn: SqlText[];
}

/** The own-tenant stand of each session of tenants whose login could connect. Empty if the contract has no tenants. */
export function ownTenantStands(
  contract: ParsedContract,
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>,
): OwnTenantStand[] {
  const tenants = tenantsOf(contract);
  return tenantSessionsOf(contract).flatMap((opened) => {
    const login = logins.get(opened.login);
    if (tenants === undefined || login === undefined || !('untouched' in login)) {
      return [];
    }
    const form = sessionFormOf(contract, opened);
    const asOwn = [...assume(form), ...become(form, tenants.own)];
    const enter = [...(login.become ?? []), ...asOwn];
    return [{ opened, asOwn, stand: { session: login.used, begin: login.begin ?? 'begin', before: [], enter } }];
  });
}
