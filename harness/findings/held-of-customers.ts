import type { Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { isInServerSchema, isServerExtension, type Server } from './server.ts';

const ofRelations = new Set(['table', 'view', 'materialized-view', 'sequence', 'function']);

/**
 * Tells which facts give a role of the provider access to what its customer owns, beyond what the provider gave it. Such a role
 * may be used by anybody, as `anon` is on Supabase. CONNECT to the database and USAGE on a schema alone do not count. Pure.
 */
export function heldOfCustomers(facts: readonly Fact[], server: Server): (fact: Fact) => boolean {
  const owners = new Map(facts.filter(({ property }) => property === 'owner').map((fact) => [fact.object, fact]));
  const isCustomers = (object: Fact['object']): boolean => {
    const owner = owners.get(object) ?? owners.get(tableOf(object));
    return (
      owner !== undefined &&
      !server.roles.has(owner.role) &&
      // The schema comes with the server, but the customer grants access to it.
      (owner.detail['builtin'] !== true || object === 'public')
    );
  };
  return (fact) => {
    const { kind, object, role, property, detail } = fact;
    if (
      !server.roles.has(role) ||
      isInServerSchema(server, kind, object) ||
      (detail['extension'] !== undefined && isServerExtension(server, String(detail['extension'])))
    ) {
      return false;
    }
    if (property === 'owner') {
      return ofRelations.has(kind) && role !== server.profile.superuser && detail['builtin'] !== true;
    }
    return (
      isGrant(fact) &&
      kind !== 'database' &&
      !(kind === 'schema' && property === 'USAGE') &&
      !server.roles.has(fact.detail.grantor) &&
      isCustomers(object)
    );
  };
}
