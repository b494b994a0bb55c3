import type { Attempt } from '../../attempts/attempt.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { isClosedByPolicies } from '../../contract/rows.ts';
import type { Unproven } from '../../findings/unproven.ts';
import { isolatedObjects } from './cells.ts';

/**
 * Tables with row security that no session was tried on, because the contract does not say who owns their rows. That nothing was
 * seen of them proves nothing. A table that no policy opens has no owner of rows and is left out.
 */
export function untriedTables(contract: ParsedContract, attempts: readonly Attempt[]): Unproven[] {
  const tried = isolatedObjects(contract, attempts);
  const attempted = new Set(attempts.map(({ object }) => object));
  return Object.entries(contract.tables)
    .filter(
      ([table, said]) =>
        said.row_security !== 'off' &&
        said.rows !== 'all' &&
        !isClosedByPolicies(said) &&
        attempted.has(table) &&
        !tried.has(table),
    )
    .map(([table]) => ({
      phase: 'head',
      object: table,
      identity: '',
      access: '',
      reason:
        contract.tenancy === undefined
          ? 'it has row security, and the contract has no tenancy: say rows: all where every session may see its rows'
          : `it has row security, and the contract does not say whose its rows are: say it in rows`,
    }));
}
