import { roleOf, type Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import type { RoleName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { ServerName } from '../contract/servers/server-profile.ts';
import { serverOf } from '../findings/server.ts';
import { withoutServer } from '../findings/without-server.ts';

/** What of a state is a draft's to speak of. */
export interface CustomersPart {
  facts: Fact[];
  /** The roles that administer a server of somebody else's. */
  admins: ReadonlySet<RoleName>;
  /** The kind of server that is recognised; undefined for none. */
  server: ServerName | undefined;
}

/** What a contract, or the part of one that a platform brings, speaks of. */
type Spoken = Partial<Pick<ParsedContract, 'platform' | 'identities' | 'schemas'>>;

/**
 * A state without what the provider of its server keeps there, so that none of it is drafted; nor is that somebody is in a role of the
 * provider's, or that one of these has what is the customer's, which is found and not meant. Pure.
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
