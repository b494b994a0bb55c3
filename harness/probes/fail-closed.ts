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
    .filter(({ object }) => isTenantIsolated(contract, object))
    .map((attempt) => {
      const { object, access, identity, context, outcome, sqlstate, message, rows } = attempt;
      return { table: object, command: access, identity, context, outcome, sqlstate, message, rows, closed: isClosed(attempt, attempts) };
    });
}

function isClosed(attempt: Attempt, attempts: readonly Attempt[]): boolean {
  const { outcome, access, context, rows, foreign_rows, control } = attempt;
  if (outcome !== 'allowed') {
    return true;
  }
  const ownRow = context === 'own-tenant' || context === 'unknown-tenant';
  if (access === 'INSERT') {
    return ownRow;
  }
  if (access === 'SELECT') {
    return foreign_rows === 0;
  }
  // An UPDATE or DELETE without a condition reaches just the rows that the same context sees, and never all of them.
  const seen = attempts.find((other) => other.key === attempt.key.replace(`/${access}/`, '/SELECT/'));
  const reachable = seen?.outcome === 'allowed' ? seen.rows : 0;
  return (ownRow || context === 'other-tenant') && rows < (control?.rows ?? Number.POSITIVE_INFINITY) && (seen?.outcome === 'denied-by-grant' || rows <= reachable);
}
