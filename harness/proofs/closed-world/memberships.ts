import { rolesHaving } from '../../catalog/roles-having.ts';
import { memberships } from '../../catalog/access/memberships.ts';
import type { Fact } from '../../catalog/fact.ts';
import { roleSql } from '../../catalog/role-name.ts';
import { by, byCodeUnit } from '../../common/order.ts';
import { joined, type RoleName, sql, type SqlText, verbatim } from '../../common/sql.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { declaredMemberships, type DeclaredMembership } from '../../contract/declared.ts';
import { Declaration } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';
import {
  membershipOptions,
  membershipsSeen,
  type Grantor,
  type MembershipOption,
  type SeenMembership,
} from '../../findings/memberships-seen.ts';
import { retractMembership } from '../../findings/retraction.ts';
import { serverOf, type Server } from '../../findings/server.ts';

const byGrantor = by<Grantor>(({ grantor }) => grantor);

/**
 * Memberships of contracted identities that the contract does not declare, and declared memberships that are missing. Memberships
 * among the provider's own roles, and those that come from creating a role, are left out.
 */
export function judgeMemberships(
  contract: ParsedContract,
  facts: readonly Fact[],
  server: Server | undefined = serverOf(facts, contract),
): Finding[] {
  const { identities } = contract;
  const seen = new Map<string, SeenMembership>(
    membershipsSeen(contract, facts, server)
      .filter(
        ({ member, group }) => (group in identities || member in identities) && identities[member]?.kind !== 'platform',
      )
      .map((one) => [`${one.member}\t${one.group}`, one] as const),
  );
  const declaration = new Declaration(contract, facts, server);
  const declared = new Map<string, DeclaredMembership & { member: string }>(
    Object.keys(contract.identities).flatMap((member) =>
      declaredMemberships(contract, member).map(
        (membership) => [`${member}\t${membership.role}`, { ...membership, member }] as const,
      ),
    ),
  );
  const extra = [...seen].flatMap(([key, { group, member, grantors, ...has }]): Finding[] => {
    const wanted = declared.get(key);
    const given = new Set(grantors.flatMap(({ gave }) => gave));
    const beyond = membershipOptions.filter((option) => given.has(option) && wanted?.[option] !== true);
    if (grantors.length === 0 || (wanted !== undefined && beyond.length === 0)) {
      return [];
    }
    const what = wanted === undefined ? '' : ` with ${beyond.map((option) => option.toUpperCase()).join(', ')}`;
    const how = membershipOptions.map((option) => `${option.toUpperCase()} ${has[option]}`).join(', ');
    return [
      {
        code: 'undeclared-membership',
        severity: 'high',
        object: group,
        identity: member,
        message: `${member} is a member of ${group}${what} (${how}; granted by ${grantors
          .map(({ grantor }) => grantor)
          .toSorted()
          .join(', ')}), which the contract does not declare${furtherBy(server, facts, member, group)}`,
        remedy: revokeMembership(contract, group, member, grantors, wanted === undefined ? undefined : beyond),
        ...declaration.membership(member, group),
      },
    ];
  });
  const there = rolesHaving(facts, 'exists');
  const lacking = [...declared].flatMap(([key, wanted]): Finding[] => {
    const { member } = wanted;
    const has = seen.get(key);
    const short = membershipOptions.filter((option) => wanted[option] && has?.[option] !== true);
    if (contract.identities[member]!.kind === 'migrator' && !there.has(member)) {
      return [];
    }
    return short.length === 0
      ? []
      : [
          {
            code: 'missing-membership',
            severity: 'medium',
            object: wanted.role,
            identity: member,
            message: `${member} is not a member of ${wanted.role} with ${short.map((option) => option.toUpperCase()).join(', ')}, as the contract declares`,
            remedy: sql`GRANT ${roleSql(wanted.role)} TO ${roleSql(member)};`,
            ...retractMembership(contract, member, wanted.role),
          },
        ];
  });
  return [...extra, ...lacking];
}

/** What else a member gains through a role of the provider, in words. */
function furtherBy(server: Server | undefined, facts: readonly Fact[], member: RoleName, group: RoleName): string {
  if (server?.roles.has(group) !== true) {
    return '';
  }
  const all = memberships(facts);
  const further = new Set([...all.inheritedBy(group).keys(), ...all.settableBy(group).keys()]);
  further.delete(group);
  const path = [member, group, [...further].toSorted(byCodeUnit).join(', ')];
  return `: ${path.filter((part) => part !== '').join(' → ')}`;
}

/**
 * The SQL that revokes a membership, or only those of its options that are not declared. Each grantor's grant needs its own
 * REVOKE.
 */
function revokeMembership(
  contract: ParsedContract,
  group: RoleName,
  member: RoleName,
  grantors: readonly Grantor[],
  beyond: readonly MembershipOption[] | undefined,
): SqlText {
  const statements = grantors.toSorted(byGrantor).flatMap(({ grantor, gave }) => {
    // A superuser's REVOKE without a grantor revokes the grant of the bootstrap superuser.
    const grantedBy =
      contract.identities[grantor]?.kind === 'migrator' || grantor === '' ? '' : sql` GRANTED BY ${roleSql(grantor)}`;
    const what: SqlText[] =
      beyond === undefined
        ? ['']
        : beyond
            .filter((option) => gave.includes(option))
            .map((option) => sql`${verbatim(option.toUpperCase())} OPTION FOR `);
    return what.map((words) => sql`REVOKE ${words}${roleSql(group)} FROM ${roleSql(member)}${grantedBy};`);
  });
  return joined(statements, ' ');
}
