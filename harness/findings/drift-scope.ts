import type { RoleName } from '../common/sql.ts';
import { roleOf, type Fact } from '../catalog/fact.ts';
import { powers } from '../catalog/roles-having.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { Server } from './server.ts';
import { withoutServer } from './without-server.ts';

/** A state without what the provider of a server keeps; what its customer's administrators are, only a server of its makes them. */
export function ofCustomer(
  facts: readonly Fact[],
  server: Server | undefined,
  identities: ParsedContract['identities'],
): Fact[] {
  return withoutServer(facts, server, identities).filter(
    (fact) => !(fact.kind === 'role' && server?.admins.has(roleOf(fact)) === true),
  );
}

/**
 * A live cluster has roles of other databases; what concerns none of ours is not drift of this one. A role with power over
 * the cluster concerns every database of it.
 */
export function concerning(identities: Readonly<Record<string, unknown>>, facts: readonly Fact[]): Fact[] {
  const own = new Set(Object.keys(identities));
  const named = new Set(
    facts
      .filter(({ kind }) => !['role', 'membership', 'setting', 'tablespace', 'parameter'].includes(kind))
      .map(({ role }) => role),
  );
  const powerful = new Set(
    facts.flatMap((fact): RoleName[] => {
      const { kind, object, role, property } = fact;
      if (kind === 'role') {
        return powers.includes(property) ? [roleOf(fact)] : [];
      }
      return kind === 'membership' && object.startsWith('pg_') ? [role] : [];
    }),
  );
  const concerns = (role: string) => own.has(role) || named.has(role) || powerful.has(role);
  return facts.filter(({ kind, object, role }) => {
    switch (kind) {
      case 'role':
        return concerns(object);
      case 'membership':
        return concerns(object) || concerns(role);
      case 'setting':
        return role === '' || concerns(role);
      default:
        return true;
    }
  });
}
