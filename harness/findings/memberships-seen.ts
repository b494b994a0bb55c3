import { roleOf, type Fact } from '../catalog/fact.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import type { RoleName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { isOfMaking, isServerMembership, type Server } from './server.ts';

export const membershipOptions = ['inherit', 'set', 'admin'] as const;
export type MembershipOption = (typeof membershipOptions)[number];

/** Who granted a membership, and with which options. */
export interface Grantor {
  grantor: RoleName;
  gave: MembershipOption[];
}

/** A membership as the server has it: its options are the union of all its grants. */
export interface SeenMembership extends Record<MembershipOption, boolean> {
  group: RoleName;
  member: RoleName;
  /** Those that are judged: what comes of making a role is not. */
  grantors: Grantor[];
}

/** The memberships that are there but for what a server's provider keeps among its own roles. */
export function membershipsSeen(
  { identities }: Pick<ParsedContract, 'identities'>,
  facts: readonly Fact[],
  server: Server | undefined,
): SeenMembership[] {
  const superusers = rolesHaving(facts, 'superuser');
  const seen = new Map<string, SeenMembership>();
  for (const fact of facts) {
    if (fact.kind !== 'membership' || isServerMembership(server, identities, fact)) {
      continue;
    }
    const { role: member, detail } = fact;
    const group = roleOf(fact);
    const key = JSON.stringify([member, group]);
    const known = seen.get(key) ?? { group, member, grantors: [], inherit: false, set: false, admin: false };
    seen.set(key, known);
    if (!isOfMaking(server, identities, fact, superusers)) {
      known.grantors.push({
        grantor: String(detail['grantor']),
        gave: membershipOptions.filter((option) => detail[option] === true),
      });
    }
    for (const option of membershipOptions) {
      known[option] ||= detail[option] === true;
    }
  }
  return [...seen.values()];
}
