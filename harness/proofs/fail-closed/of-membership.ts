import type { ParsedContract } from '../../contract/contract.ts';
import { settableRoles } from '../../contract/declared.ts';
import { isBound, isByRole } from '../../contract/sessions.ts';
import type { FailClosedCell } from './cells.ts';

/**
 * Whether what a session reached, of which its role alone says who it is, came by another role that the contract does not let
 * its login take: then the membership is the finding, and one. Where that is accepted, what it opens is not.
 */
export function isOfMembership(
  contract: ParsedContract,
  { context, value = '', identity, login = identity, session }: FailClosedCell,
): boolean {
  const said = contract.sessions[session ?? ''];
  const [, role] = /^SET ROLE (.*)$/s.exec(value) ?? [];
  return (
    context === 'hostile' &&
    role !== undefined &&
    said !== undefined &&
    isBound(said) &&
    isByRole(said) &&
    !settableRoles(contract, login).has(role) &&
    !contract.accepted.some(
      ({ code, object }) => code === 'undeclared-membership' && (object === role || object === '*'),
    )
  );
}
