import { roleSql } from '../../catalog/role-name.ts';
import { sql, type RoleName } from '../../common/sql.ts';
import { roleOf, type Fact } from '../../catalog/fact.ts';
import { isGrant } from '../../catalog/grant.ts';
import { powers, rolesHaving } from '../../catalog/roles-having.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { Declaration } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';
import { heldOfCustomers } from '../../findings/held-of-customers.ts';
import { migrator } from '../../findings/revoke.ts';
import { givesPower } from '../../findings/server-power.ts';
import { isUnjudgedRole, type Server } from '../../findings/server.ts';

/**
 * Roles outside the contract that have power over the cluster, or a grant, an object or a default privilege in the database.
 * `connectedAs` is the role that observes: as a superuser it is not judged, otherwise it may make roles and databases, and no
 * more. The cluster's other roles can do nothing here and are not judged, nor are the roles that the provider of a `server`
 * keeps.
 */
export function judgeStrangers(
  contract: ParsedContract,
  facts: readonly Fact[],
  connectedAs: string,
  server?: Server,
): Finding[] {
  const superusers = rolesHaving(facts, 'superuser');
  const isSuperuser = superusers.has(connectedAs);
  const known = new Set([...Object.keys(contract.identities), ...(isSuperuser ? [connectedAs] : []), 'PUBLIC', '']);
  const signs = new Map<string, Set<string>>();
  const isHeld = server === undefined ? () => false : heldOfCustomers(facts, server);
  const note = (role: string, sign: string, fact: Fact) => {
    const isUnjudged = isUnjudgedRole(server, contract.identities, role) && !isHeld(fact) && !exceeds(server, fact);
    if (!known.has(role) && !role.startsWith('pg_') && !isUnjudged) {
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
      if (fact.object === connectedAs && ofAdmins.has(fact.property)) {
        continue;
      }
      note(fact.object, `is ${fact.property.toUpperCase()}`, fact);
    } else if (fact.property === 'owner' && fact.detail['builtin'] !== true) {
      note(fact.role, `owns ${objectWords(fact)}`, fact);
    } else if (isGrant(fact) && !ownedByServer.has(`${fact.role} ${fact.kind} ${fact.object}`)) {
      note(fact.role, `has ${fact.property} on ${objectWords(fact)}`, fact);
    } else if (fact.kind === 'membership' && (fact.object.startsWith('pg_') || givesPower(server, roleOf(fact)))) {
      note(fact.role, `is a member of ${fact.object}`, fact);
    }
  }
  const declaration = new Declaration(contract, facts, server);
  return [...signs].map(([role, what]) => {
    const isAdmin = facts.some((fact) => fact.kind === 'role' && fact.object === role && ofAdmins.has(fact.property));
    const owns = [...what].some((sign) => sign.startsWith('owns '));
    // What a role is weighs more than what it has.
    const some = [...what].toSorted((a, b) => Number(b.startsWith('is ')) - Number(a.startsWith('is '))).slice(0, 4);
    const who = role === connectedAs ? `${role}, by whom we look,` : role;
    return {
      code: 'undeclared-role',
      severity: 'high',
      object: role,
      identity: role,
      message: `${who} ${some.join(', ')}${what.size > some.length ? ` and ${what.size - some.length} more` : ''}; the contract does not name it`,
      // What the provider's roles may have is for a person to say.
      ...(server?.roles.has(role) === true && !isAdmin && !owns ? {} : declaration.role(role)),
      remedy:
        server?.roles.has(role) === true
          ? ofProvider(role, server)
          : role === connectedAs || (superusers.has(role) && !isSuperuser)
            ? `Name ${role} under identities in the contract: kind migrator where it runs the migrations, kind platform where it is the server’s own; or take back what it has.`
            : sql`REASSIGN OWNED BY ${roleSql(role)} TO ${roleSql(migrator(contract))}; DROP OWNED BY ${roleSql(role)}; DROP ROLE ${roleSql(role)};`,
    };
  });
}

/** Attributes of a server's administrator who is not a superuser. */
const ofAdmins: ReadonlySet<string> = new Set(['createrole', 'createdb']);

function objectWords({ kind, object }: Fact): string {
  return kind === 'database' ? 'the database' : `${kind} ${object}`;
}

/** Whether a role of the provider gained a way past row security that it did not come with. */
function exceeds(server: Server | undefined, { kind, object, property }: Fact): boolean {
  const made = kind === 'role' && property === 'bypassrls' ? server?.profile.roles[object] : undefined;
  return made !== undefined && !made.attributes.includes('BYPASSRLS');
}

/** The remedy for a role that nobody may drop. */
function ofProvider(role: RoleName, { profile }: Server): string {
  return `Name ${role}, which is a role of ${profile.title}, under identities in the contract with what it may have, or take back what it was given.`;
}
