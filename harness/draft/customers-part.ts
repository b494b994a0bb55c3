import { roleOf, type Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import type { RoleName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { ServerName } from '../contract/servers/server-profile.ts';
import { serverOf } from '../findings/server.ts';
import { withoutServer } from '../findings/without-server.ts';

/** The part of a state that a draft describes. */
export interface CustomersPart {
  facts: Fact[];
  /** The roles that administer a managed server. */
  admins: ReadonlySet<RoleName>;
  /** The kind of server that is recognised; undefined for none. */
  server: ServerName | undefined;
}

/** What a contract, or a platform's part of one, says. */
type Spoken = Partial<Pick<ParsedContract, 'platform' | 'identities' | 'schemas'>>;

/**
 * A state without what its server's provider keeps there, so that none of it is drafted. Memberships in the provider's roles, and
 * access of those roles to the customer's objects, are left out too: they are findings, not intended. Pure.
 */
export function customersPart(facts: readonly Fact[], spoken: Spoken = {}): CustomersPart {
  const said = { platform: spoken.platform, identities: spoken.identities ?? {}, schemas: spoken.schemas ?? {} };
  const server = serverOf(facts, said);
  return {
    facts: withoutServer(facts, server, said.identities).filter(
      (fact) =>
        !(fact.kind === 'membership' && server?.roles.has(roleOf(fact)) === true) &&
        !(isGrant(fact) && server?.roles.has(fact.role) === true),
    ),
    admins: server?.admins ?? new Set(),
    server: server?.profile.name,
  };
}
