import type { ParsedContract } from '../../contract/contract.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import { assess } from '../../attempts/assess.ts';
import type { Attempt, PositiveControl } from '../../attempts/attempt.ts';
import type { Outcome, Stage } from '../../attempts/outcome.ts';

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
  /** What a hostile session said that it is, or made itself; absent in other contexts. */
  value?: string;
  /** Where a statement that is `stopped` was stopped; absent in others. */
  stage?: Stage;
  /** Nothing of another tenant, and nothing without a tenant, was reached. Closing by error counts as closed. */
  closed: boolean;
  /** The same statement working, beside which the cell counts. */
  control: PositiveControl | null;
  /** Why nobody can do it, the superuser included; null where somebody can. Such a cell is closed. */
  closed_to_all: string | null;
  /** Why the cell shows nothing; null where it does. */
  unproven: string | null;
  /** Whether the table held the same rows after a write that was refused, as superuser; null where that was not looked at. */
  row_unchanged: boolean | null;
}

/** Whether the catalog says that an identity lacks a privilege on an object. */
export type IsDenied = (identity: string, object: string, privilege: string) => boolean;

/** The matrix: every attempt on a tenant-isolated table, and whether it stayed within its tenant. */
export function failClosedMatrix(
  contract: ParsedContract,
  attempts: readonly Attempt[],
  isDenied: IsDenied = () => false,
): FailClosedCell[] {
  const cells = attempts.filter(({ object, context }) => isTenantIsolated(contract, object) && context !== 'none');
  const byKey = new Map(cells.map((one) => [one.key, one]));
  return cells.map((attempt) => {
    const { object, command, identity, context, outcome, sqlstate, message, rows, stage, value, control } = attempt;
    const own = byKey.get(`attempt/${identity}/${object}/${command}/own-tenant`);
    const isDeniedInCatalog = privilegesOf(command).some((privilege) => isDenied(identity, object, privilege));
    const { reached, closedToAll, unproven } = assess(attempt, { own, isDeniedInCatalog });
    return {
      table: object,
      command,
      identity,
      context,
      outcome,
      sqlstate,
      message,
      rows,
      ...(value === undefined ? {} : { value }),
      ...(stage === undefined ? {} : { stage }),
      closed: reached !== 'foreign',
      control,
      closed_to_all: closedToAll,
      unproven,
      row_unchanged: attempt.row_unchanged ?? null,
    };
  });
}
