import { rolesHaving } from '../catalog/roles-having.ts';
import type { Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { plainName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { heldOfCustomers } from './held-of-customers.ts';
import {
  isInServerSchema,
  isOfMaking,
  isServerExtension,
  isServerMembership,
  isServerSetting,
  type Server,
} from './server.ts';

/**
 * A state without what its server's provider keeps there and without memberships from creating roles: what is left belongs to the
 * customer, or reaches into that. The customer's administrators are left too. Pure.
 */
export function withoutServer(
  facts: readonly Fact[],
  server: Server | undefined,
  identities: ParsedContract['identities'] = {},
): Fact[] {
  if (server === undefined) {
    return [...facts];
  }
  const superusers = rolesHaving(facts, 'superuser');
  const isHeld = heldOfCustomers(facts, server);
  const isTheirs = (fact: Fact): boolean => {
    const { kind, object, role, property, detail, promise } = fact;
    switch (kind) {
      case 'role':
        return server.roles.has(object as string);
      case 'membership':
        return isServerMembership(server, identities, fact) || isOfMaking(server, identities, fact, superusers);
      case 'setting':
        return server.roles.has(role) || isServerSetting(server, role, property);
      case 'extension':
        return isServerExtension(server, plainName(object));
      case 'default-privileges':
        return promise !== undefined && (server.roles.has(promise.creator) || server.roles.has(role));
      default:
        return (
          isInServerSchema(server, kind, object) ||
          isServerExtension(server, String(detail['extension'] ?? '')) ||
          (isGrant(fact) && server.roles.has(role) && !isHeld(fact))
        );
    }
  };
  return facts.filter((fact) => !isTheirs(fact));
}
