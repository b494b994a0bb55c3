import type { ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import type { Attempt, Outcome, PositiveControl } from '../../attempts/attempt.ts';
import { unprovenReason } from '../../attempts/unproven.ts';

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
  /** The same statement working, beside which the cell counts. */
  control: PositiveControl | null;
  /** Why the cell shows nothing; null where it does. */
  unproven: string | null;
  /** Whether the table held the same rows after a write that was refused, as superuser; null where that was not looked at. */
  row_unchanged: boolean | null;
}

/** The matrix: every attempt on a tenant-isolated table, and whether it stayed within its tenant. */
export function failClosedMatrix(contract: ParsedContract, attempts: readonly Attempt[]): FailClosedCell[] {
  const cells = attempts.filter(({ object, context }) => isTenantIsolated(contract, object) && context !== 'none');
  const byKey = new Map(cells.map((one) => [one.key, one]));
  return cells.map((attempt) => {
    const { object, command, identity, context, outcome, sqlstate, message, rows, control } = attempt;
    const own = byKey.get(`attempt/${identity}/${object}/${command}/own-tenant`);
    return {
      table: object,
      command,
      identity,
      context,
      outcome,
      sqlstate,
      message,
      rows,
      closed: isClosed(attempt),
      control,
      unproven: unprovenReason(attempt, own),
      row_unchanged: attempt.row_unchanged ?? null,
    };
  });
}

function isClosed({ outcome, command, access, context, rows, foreign_rows, row_unchanged }: Attempt): boolean {
  // A constraint is checked after row security: the row had been let through.
  const stoppedByConstraint = outcome.startsWith('error:23');
  if (row_unchanged === false) {
    return false;
  }
  if (command === 'UPDATE re-home') {
    return !stoppedByConstraint && (outcome !== 'allowed' || rows === 0);
  }
  if (access === 'INSERT') {
    // `own` is written in every context but that of the unknown tenant, which writes its own; a row that is there is always of `own`.
    const isOwnRow =
      context === 'own-tenant' || (context === 'unknown-tenant' && command !== 'INSERT ON CONFLICT DO UPDATE');
    return isOwnRow || !(outcome === 'allowed' || stoppedByConstraint);
  }
  if (stoppedByConstraint) {
    // Whose row it was is not known; where the context has none, it was another's.
    return context === 'own-tenant' || context === 'other-tenant' || context === 'reused-by-other-tenant';
  }
  return outcome !== 'allowed' || foreign_rows === 0;
}
