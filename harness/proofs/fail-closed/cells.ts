import type { ParsedContract } from '../../contract/contract.ts';
import { wholeTenantOf } from '../../contract/rows.ts';
import { isTenantIsolated } from '../../contract/declared.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import { assess } from '../../attempts/assess.ts';
import { keyIn, type Attempt, type PositiveControl } from '../../attempts/attempt.ts';
import type { Outcome, StoppedAt } from '../../attempts/outcome.ts';

/** One cell of the fail-closed matrix. */
export interface FailClosedCell {
  table: string;
  command: string;
  identity: string;
  /** The session that the contract names; absent if the login is used as it is. */
  session?: string;
  /** The login of the connection, if it assumed a role. */
  login?: string;
  context: string;
  outcome: Outcome;
  sqlstate: string | null;
  message: string | null;
  rows: number;
  /** What a hostile session claimed to be; absent in other contexts. */
  value?: string;
  /** The stage at which a `stopped` statement was stopped; absent in others. */
  stage?: StoppedAt;
  /** Whether nothing of another tenant, and nothing without a tenant, was reached. An error also counts as closed. */
  closed: boolean;
  /** The same statement where it works. The cell counts only with it. */
  control: PositiveControl | null;
  /** The tenant that owns all rows of the table; absent if they may belong to several. */
  whose?: 'own' | 'other';
  /** How many rows of the context's tenant were not seen; absent if all were. */
  missing_rows?: number;
  /** How many of the reached rows do not belong to the tenant; absent if the cell is closed, or the number is not known. */
  foreign_rows?: number;
  /**
   * The key of a row that was reached and is not the tenant's, or of one that is and was not seen; absent if none can be named.
   */
  foreign_row?: string;
  missing_row?: string;
  /** Why nobody can do it, not even the superuser; null if somebody can. Such a cell is closed. */
  closed_to_all: string | null;
  /** Why the cell proves nothing; null if it proves something. */
  unproven: string | null;
  /** Whether the table held the same rows after a refused write, as the superuser sees them; null if that was not checked. */
  row_unchanged: boolean | null;
}

/** Whether the catalog says that an identity lacks a privilege on an object. */
export type IsDenied = (identity: string, object: string, privilege: string) => boolean;

/** Objects that were tried as more than one tenant, or without one: the contract says who owns their rows. */
export function isolatedObjects(contract: ParsedContract, attempts: readonly Attempt[]): Set<string> {
  return new Set(
    attempts.filter((one) => !ofAny.has(one.context) || isByRole(contract, one)).map(({ object }) => object),
  );
}

/** Whether only the role decides who made an attempt, on a table that says who owns its rows. */
function isByRole({ sessions, tables }: ParsedContract, { context, session, object }: Attempt): boolean {
  const { set = {}, run = [] } = sessions[session ?? ''] ?? {};
  return (
    context === 'own-tenant' &&
    session !== undefined &&
    tables[object]?.rows !== undefined &&
    Object.keys(set).length === 0 &&
    run.length === 0
  );
}

const ofAny: ReadonlySet<string> = new Set(['none', 'own-tenant']);

/** Whether the contract says that a table keeps tenants apart. Otherwise it may or may not have the tenant's column. */
function isSaid({ tables }: ParsedContract, object: string): boolean {
  const { row_security, rows } = tables[object]!;
  return row_security !== 'off' || rows !== undefined;
}

/** The matrix: every attempt on a tenant-isolated table, and whether it stayed within its tenant. */
export function failClosedMatrix(
  contract: ParsedContract,
  attempts: readonly Attempt[],
  isDenied: IsDenied = () => false,
): FailClosedCell[] {
  const isolated = isolatedObjects(contract, attempts);
  const cells = attempts.filter(
    ({ object, context }) =>
      context !== 'none' && (isolated.has(object) || (isTenantIsolated(contract, object) && isSaid(contract, object))),
  );
  const byKey = new Map(cells.map((one) => [one.key, one]));
  return cells.map((attempt) => {
    const { session, login, missing_rows, foreign_row, missing_row } = attempt;
    const { object, command, identity, context, outcome, sqlstate, message, rows, stage, value, control } = attempt;
    const own = byKey.get(keyIn(attempt, 'own-tenant'));
    const isDeniedInCatalog = privilegesOf(command).some((privilege) => isDenied(identity, object, privilege));
    const { reached, closedToAll, unproven } = assess(attempt, { own, isDeniedInCatalog });
    const whose = wholeTenantOf(contract, object)?.tenant;
    return {
      table: object,
      command,
      identity,
      ...(session === undefined ? {} : { session }),
      ...(login === undefined ? {} : { login }),
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
      ...(whose === undefined ? {} : { whose }),
      ...(missing_rows === undefined ? {} : { missing_rows }),
      ...(reached === 'foreign' && attempt.foreign_rows > 0 ? { foreign_rows: attempt.foreign_rows } : {}),
      ...(foreign_row === undefined ? {} : { foreign_row }),
      ...(missing_row === undefined ? {} : { missing_row }),
    };
  });
}
