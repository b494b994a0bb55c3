import { roleTaken } from '../../attempts/attempt.ts';
import { roleOf, type Fact } from '../../catalog/fact.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { declaredMemberships } from '../../contract/declared.ts';
import { isBound, isByRole } from '../../contract/sessions.ts';
import { covers } from '../../findings/accepted.ts';
import { judgeMemberships } from '../closed-world/memberships.ts';
import type { FailClosedCell } from './cells.ts';

/**
 * Tells whether a session whose role alone decides its tenant reached rows through another role that its login may take by a
 * membership that is a finding. The membership is then the only finding. If the membership is accepted or nobody judges it, what
 * it opens is a finding.
 */
export function ofMembership(contract: ParsedContract, facts: readonly Fact[]): (cell: FailClosedCell) => boolean {
  const memberships = facts.flatMap((fact) =>
    fact.kind === 'membership' && fact.detail['set'] === true ? [{ member: fact.role, group: roleOf(fact) }] : [],
  );
  const found = judgeMemberships(contract, facts).filter(
    (finding) =>
      finding.code === 'undeclared-membership' && !contract.accepted.some((acceptance) => covers(acceptance, finding)),
  );
  const unfound = memberships.filter(
    ({ member, group }) =>
      declaredMemberships(contract, member).some(({ role, set }) => role === group && set) ||
      !found.some(({ object, identity }) => object === group && identity === member),
  );
  return ({ context, value = '', identity, login = identity, session }) => {
    const said = contract.sessions[session ?? ''];
    const role = roleTaken(value);
    return (
      context === 'hostile' &&
      role !== undefined &&
      said !== undefined &&
      isBound(said) &&
      isByRole(said) &&
      takenFrom(login, memberships).has(role) &&
      !takenFrom(login, unfound).has(role)
    );
  };
}

/** Every role that a login may take through these memberships. */
function takenFrom(login: string, memberships: readonly { member: string; group: string }[]): Set<string> {
  const roles = new Set([login]);
  for (const role of roles) {
    memberships.filter(({ member }) => member === role).forEach(({ group }) => roles.add(group));
  }
  return roles;
}
