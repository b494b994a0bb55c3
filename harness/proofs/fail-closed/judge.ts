import type { ParsedContract } from '../../contract/contract.ts';
import { declaredPrivileges } from '../../contract/declared.ts';
import type { FailClosedCell } from './cells.ts';
import { endingOf } from '../../attempts/outcome.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { Finding } from '../../findings/finding.ts';

/** Findings of the fail-closed matrix: open cells, and reads without a tenant that close in another way than the contract demands. */
export function judgeTenantCells(contract: ParsedContract, cells: readonly FailClosedCell[]): Finding[] {
  return [...cells.filter(({ closed }) => !closed).map(failOpen), ...missingContextOutcomes(contract, cells)];
}

function failOpen(cell: FailClosedCell): Finding {
  const { table, command, identity, context, value } = cell;
  const where = value === undefined ? context : `${context}: ${value}`;
  return {
    code: 'fail-open',
    severity: 'high',
    object: table,
    identity,
    access: `${command} in context ${context}`,
    message: `${identity}: ${command} on ${table} ${whatWasOpen(cell)} (context ${where})`,
    remedy: `Look at the policies of ${table}: each must compare the tenant column with the setting, and let nothing through where it is unset or empty.`,
  };
}

function whatWasOpen({ rows, outcome, sqlstate, command, row_unchanged }: FailClosedCell): string {
  if (row_unchanged === false) {
    return `ended as ${outcome} and was committed, and after it the table held other rows`;
  }
  if (outcome !== 'allowed') {
    return `was let through by row security and stopped only by SQLSTATE ${sqlstate ?? ''}`;
  }
  const counted = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  return command === 'UPDATE re-home' ? `gave ${counted} to another tenant` : `reached ${counted} beyond its tenant`;
}

const missing = new Set(['never-set', 'empty', 'after-commit', 'after-reset', 'after-discard-all', 'after-error']);

function missingContextOutcomes(contract: ParsedContract, cells: readonly FailClosedCell[]): Finding[] {
  const otherwise = new Map<string, FailClosedCell[]>();
  for (const cell of cells.filter(
    (one) => missing.has(one.context) && isDeclaredRead(contract, one) && closesOtherwise(contract, one),
  )) {
    const key = JSON.stringify([cell.table, cell.identity, cell.command]);
    otherwise.set(key, [...(otherwise.get(key) ?? []), cell]);
  }
  return [...otherwise.values()].map((found) => {
    const [{ table, identity, command, outcome, message }] = found as [FailClosedCell, ...FailClosedCell[]];
    const demanded = demandOf(contract, table)!;
    return {
      code: 'missing-context-outcome',
      severity: 'medium',
      object: table,
      identity,
      access: command,
      message: `${identity}: ${command} on ${table} without a tenant must close ${demanded === 'empty' ? 'with no rows' : 'with an error'} and ended as ${outcome}${message === null ? '' : `: ${message}`} (${found.map(({ context }) => context).join(', ')})`,
      remedy:
        demanded === 'empty'
          ? `In each policy of ${table} read the setting with nullif(current_setting(…, true), '') before it is cast.`
          : `In each policy of ${table} let the setting raise where it is not set or empty.`,
    };
  });
}

function demandOf({ tables, tenancy }: ParsedContract, table: string): 'empty' | 'error' | undefined {
  return tables[table]?.on_missing_context ?? tenancy?.on_missing_context;
}

/** A row that is written is refused either way; what may not be done at all is another judgement. */
function isDeclaredRead(contract: ParsedContract, { command, identity, table }: FailClosedCell): boolean {
  const privileges = privilegesOf(command);
  const declared = declaredPrivileges(contract, identity, table);
  return (
    privileges[0] !== 'INSERT' &&
    command !== 'UPDATE re-home' &&
    privileges.every((privilege) => declared.has(privilege))
  );
}

function closesOtherwise(
  contract: ParsedContract,
  { table, outcome, rows, closed, closed_to_all: closedToAll, unproven }: FailClosedCell,
): boolean {
  const demanded = demandOf(contract, table);
  if (demanded === undefined || !closed || closedToAll !== null || unproven !== null) {
    return false;
  }
  const { kind } = endingOf({ outcome, rows });
  return demanded === 'empty' ? kind === 'error' : kind === 'hidden' || (kind === 'allowed' && rows === 0);
}

/** Cells of the matrix that show nothing. */
export function unprovenCells(cells: readonly FailClosedCell[]): Unproven[] {
  return cells.flatMap(({ table, identity, command, unproven: reason }) =>
    reason === null ? [] : [{ phase: 'head', object: table, identity, access: command, reason } as const],
  );
}
