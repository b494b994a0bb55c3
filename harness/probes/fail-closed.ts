import type { ParsedContract } from '../contract/contract.ts';
import { isTenantIsolated } from '../contract/declared.ts';
import type { Attempt, Outcome } from './attempt.ts';

/** One cell of the fail-closed matrix. */
export interface FailClosedCell {
  table: string;
  command: string;
  identity: string;
  context: string;
  outcome: Outcome;
  sqlstate: string | null;
  message: string | null;
  rows: number;
  /** Nothing of another tenant, and nothing without a tenant, was reached. Closing by error counts as closed. */
  closed: boolean;
}

/** The matrix: every attempt on a tenant-isolated table, and whether it stayed within its tenant. */
export function failClosedMatrix(contract: ParsedContract, attempts: readonly Attempt[]): FailClosedCell[] {
  return attempts
    .filter(({ object, context }) => isTenantIsolated(contract, object) && context !== 'none')
    .map((attempt) => {
      const { object, access, identity, context, outcome, sqlstate, message, rows } = attempt;
      return { table: object, command: access, identity, context, outcome, sqlstate, message, rows, closed: isClosed(attempt) };
    });
}

function isClosed({ outcome, access, context, foreign_rows }: Attempt): boolean {
  // A constraint is checked after row security: the row had been let through.
  const stoppedByConstraint = outcome.startsWith('error:23');
  if (access === 'INSERT') {
    // `own` is written in every context but that of the unknown tenant, which writes its own.
    const isOwnRow = context === 'own-tenant' || context === 'unknown-tenant';
    return isOwnRow || !(outcome === 'allowed' || stoppedByConstraint);
  }
  if (stoppedByConstraint) {
    // Whose row it was is not known; where the context has none, it was another's.
    return context === 'own-tenant' || context === 'other-tenant';
  }
  return outcome !== 'allowed' || foreign_rows === 0;
}
