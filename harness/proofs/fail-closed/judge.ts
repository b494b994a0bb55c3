import type { ParsedContract } from '../../contract/contract.ts';
import { declaredPrivileges } from '../../contract/declared.ts';
import type { FailClosedCell } from './cells.ts';
import { endingOf } from '../../attempts/outcome.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { Finding } from '../../findings/finding.ts';

/** Findings of the fail-closed matrix: open cells, and reads without a tenant that close in another way than the contract demands. */
export function judgeTenantCells(contract: ParsedContract, cells: readonly FailClosedCell[]): Finding[] {
  return [...failOpen(cells), ...missingContextOutcomes(contract, cells)];
}

/** One finding for each table, identity and privilege; the open cells are its evidence. */
function failOpen(cells: readonly FailClosedCell[]): Finding[] {
  const causes = new Map<string, [FailClosedCell, ...FailClosedCell[]]>();
  for (const cell of cells.filter(({ closed }) => !closed)) {
    const key = JSON.stringify([cell.table, cell.identity, privilegesOf(cell.command)[0]]);
    const known = causes.get(key);
    if (known === undefined) {
      causes.set(key, [cell]);
    } else {
      known.push(cell);
    }
  }
  return [...causes.values()].map((open) => {
    const [first] = open;
    const { table, command, identity, context, value } = first;
    const where = value === undefined ? context : `${context}: ${value}`;
    const more = open.length === 1 ? '' : `; ${open.length} attempts in all: ${whichOf(open)}`;
    return {
      code: 'fail-open',
      severity: 'high',
      object: table,
      identity,
      access: privilegesOf(command)[0],
      message: `${identity}: ${command} on ${table} ${whatWasOpen(first)} (context ${where})${more}`,
      remedy: `Look at the policies of ${table}: each must compare the tenant column with the setting, and let nothing through where it is unset or empty.`,
    };
  });
}

/** `SELECT in never-set, empty; COPY TO in never-set` */
function whichOf(cells: readonly FailClosedCell[]): string {
  const contexts = new Map<string, string[]>();
  for (const { command, context } of cells) {
    contexts.set(command, [...(contexts.get(command) ?? []), context]);
  }
  return [...contexts].map(([command, all]) => `${command} in ${[...new Set(all)].join(', ')}`).join('; ');
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
