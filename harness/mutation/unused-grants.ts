import type { ParsedContract } from '../contract/contract.ts';
import { contractedObjects, declaredSources } from '../contract/declared.ts';
import type { FindingRef, MutantResult } from './mutant-result.ts';

/** A grant that can be revoked without a red suite or an unmet need. */
export interface UnusedGrant {
  mutant: string;
  object: string;
  identity: string;
  description: string;
  /** The statement that revokes it. */
  sql: string;
}

/**
 * Least privilege, from the mutants that revoke grants: a grant is listed if no suite and no need of the contract missed it. Its
 * declaration in the contract does not count as use, so the catalog's judgement is ignored, and of the attempts only those for a
 * `needs` entry count.
 */
export function unusedGrants(contract: ParsedContract, tried: readonly MutantResult[]): UnusedGrant[] {
  return (
    tried
      .filter(
        ({ operator, status, killed_by }) =>
          isGrantTaken({ operator }) && (status === 'killed' || status === 'survived') && killed_by.pgtap.length === 0,
      )
      // A suite that breaks off without the grant notices nothing, but it needs the grant.
      .filter(({ notes }) => notes.length === 0)
      .filter(({ killed_by }) => !killed_by.attempt.some((one) => isNeeded(contract, one)))
      .map(({ id, object, identity, description, sql }) => ({ mutant: id, object, identity, description, sql }))
  );
}

/** Whether a mutant revokes a grant. A setting or an attribute is not a grant: less of it is not less privilege. */
export function isGrantTaken({ operator }: Pick<MutantResult, 'operator'>): boolean {
  return operator === 'revoke' || operator === 'revoke-membership';
}

function isNeeded(contract: ParsedContract, { code, object, identity, access }: FindingRef): boolean {
  if (code !== 'unexpected-closed') {
    // For example a gateway function that no longer works: somebody misses a privilege.
    return true;
  }
  const needs = contractedObjects(contract).find((one) => one.object === object)?.entry.needs ?? [];
  return needs.some(
    (need) =>
      need.access.some((one) => one === access) &&
      (need.identity === identity || declaredSources(contract, identity).includes(need.identity)),
  );
}
