import { nameParts, tableOf } from '../catalog/identifiers.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredColumns, declaredPrivileges, isJudged } from '../contract/declared.ts';
import type { Explanation } from './why.ts';

/**
 * What the contract, a closed list, says about granting a role a privilege that it lacks; undefined if it allows the privilege,
 * or does not mention the role.
 */
export function forbiddenBy(
  contract: ParsedContract,
  { role, privilege, object, kind }: Pick<Explanation, 'role' | 'privilege' | 'object' | 'kind'>,
): string | undefined {
  const identity = contract.identities[role];
  if (kind === undefined || kind === 'role' || (role !== 'PUBLIC' && (identity === undefined || !isJudged(identity)))) {
    return undefined;
  }
  const column = kind === 'column' ? nameParts(object)[2] : undefined;
  const whole = kind === 'column' ? tableOf(object) : object;
  const mayHave =
    declaredPrivileges(contract, role, whole).has(privilege) ||
    (column !== undefined && declaredColumns(contract, role, whole, privilege).includes(column));
  return mayHave
    ? undefined
    : `the contract does not give ${role} ${privilege} on ${kind === 'database' ? 'the database' : object}: with it, run and check would find undeclared access`;
}
