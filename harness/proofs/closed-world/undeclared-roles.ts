import { roleSql } from '../../catalog/role-name.ts';
import { sql } from '../../common/sql.ts';
import { roleOf, type Fact } from '../../catalog/fact.ts';
import { isGrant } from '../../catalog/grant.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Finding } from '../../findings/finding.ts';
import { migrator } from '../../findings/revoke.ts';
import { givesPower, isUnjudgedRole, type Server } from '../../findings/server.ts';

/** Attributes that reach beyond what a role is granted. */
export const powers = ['superuser', 'bypassrls', 'createrole', 'createdb', 'replication'];

/**
 * Roles outside the contract that have power over the cluster, or a grant, an object or a default in the database.
 * `connectedAs` is the role we look with; a cluster's other roles, which can do nothing here, are nobody's concern, nor are those of a
 * `server` that its provider keeps.
 */
export function judgeStrangers(
  contract: ParsedContract,
  facts: readonly Fact[],
  connectedAs: string,
  server?: Server,
): Finding[] {
  const known = new Set([...Object.keys(contract.identities), connectedAs, 'PUBLIC', '']);
  const signs = new Map<string, Set<string>>();
  const note = (role: string, sign: string) => {
    if (!known.has(role) && !role.startsWith('pg_') && !isUnjudgedRole(server, contract.identities, role)) {
      signs.set(role, (signs.get(role) ?? new Set()).add(sign));
    }
  };
  const ownedByServer = new Set(
    facts
      .filter(({ property, detail }) => property === 'owner' && detail['builtin'] === true)
      .map(({ kind, object, role }) => `${role} ${kind} ${object}`),
  );
  for (const fact of facts) {
    if (fact.kind === 'role' && powers.includes(fact.property)) {
      note(fact.object, `is ${fact.property.toUpperCase()}`);
    } else if (fact.property === 'owner' && fact.detail['builtin'] !== true) {
      note(fact.role, `owns ${fact.kind} ${fact.object}`);
    } else if (isGrant(fact) && !ownedByServer.has(`${fact.role} ${fact.kind} ${fact.object}`)) {
      note(fact.role, `has ${fact.property} on ${fact.kind} ${fact.object}`);
    } else if (fact.kind === 'membership' && (fact.object.startsWith('pg_') || givesPower(server, roleOf(fact)))) {
      note(fact.role, `is a member of ${fact.object}`);
    }
  }
  return [...signs].map(([role, what]) => {
    const some = [...what].slice(0, 4);
    return {
      code: 'undeclared-role',
      severity: 'high',
      object: role,
      identity: role,
      message: `${role} ${some.join(', ')}${what.size > some.length ? ` and ${what.size - some.length} more` : ''}; the contract does not name it`,
      remedy: sql`REASSIGN OWNED BY ${roleSql(role)} TO ${roleSql(migrator(contract))}; DROP OWNED BY ${roleSql(role)}; DROP ROLE ${roleSql(role)};`,
    };
  });
}
