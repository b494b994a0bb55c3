import { meaningOf } from '../../attempts/outcome.ts';
import { counted } from '../../common/text.ts';
import type { FailClosedCell } from './cells.ts';

/** What was open in a cell, in words. */
export function whatWasOpen(cell: FailClosedCell): string {
  const { rows, foreign_rows: foreign = rows, outcome, sqlstate, command, row_unchanged, foreign_row: one } = cell;
  if (row_unchanged === false) {
    return `ended as ${outcome} and was committed, and after it the table held other rows`;
  }
  if (!meaningOf(cell).isAllowed) {
    return `was let through by row security and stopped only by SQLSTATE ${sqlstate ?? ''}`;
  }
  return command === 'UPDATE re-home'
    ? `gave ${counted(rows, 'row')} to another tenant`
    : `reached ${counted(foreign, 'row')} beyond its tenant${suchAs(one, foreign)}`;
}

/** One of several rows by its key, or the only one. */
export function suchAs(key: string | undefined, rows: number): string {
  return key === undefined ? '' : rows === 1 ? ` (${key})` : `, such as ${key}`;
}
