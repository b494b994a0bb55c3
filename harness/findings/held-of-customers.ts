import type { Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { isInServerSchema, isServerExtension, type Server } from './server.ts';

const ofRelations = new Set(['table', 'view', 'materialized-view', 'sequence', 'function']);

/**
 * Tells which facts say that a role of the provider's has, on what is its customer's, what its provider did not give it: such a role
 * may be anybody's, as `anon` is on Supabase. To reach the database, and to see a schema, is nothing by itself. Pure.
 */
export function heldOfCustomers(facts: readonly Fact[], server: Server): (fact: Fact) => boolean {
  const owners = new Map(facts.filter(({ property }) => property === 'owner').map((fact) => [fact.object, fact]));
  const isCustomers = (object: Fact['object']): boolean => {
    const owner = owners.get(object) ?? owners.get(tableOf(object));
    return (
      owner !== undefined &&
      !server.roles.has(owner.role) &&
      // The schema comes with the server, and is for its customer to give.
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
