import type { Attempt } from '../../attempts/attempt.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { isClosedByPolicies } from '../../contract/rows.ts';
import type { Unproven } from '../../findings/unproven.ts';
import { isolatedObjects } from './cells.ts';

/**
 * Tables with row security whose rows no session was held against, because the contract does not say whose they are. That
 * nothing was seen of them does not prove anything. One that no policy opens is nobody's, and wants nothing.
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
