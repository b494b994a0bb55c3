import type { FailClosedCell } from './cells.ts';
import { alikeOf, alikeParts, type Alike } from '../../report/alike.ts';
import { badge, type Badge } from '../../report/badge.ts';
import { whoIs } from '../../attempts/attempt.ts';
import { isRefusedCopy } from '../../attempts/assess.ts';
import { endingOf, meaningOf } from '../../attempts/outcome.ts';
import { contextOfTenant } from '../../contract/sessions.ts';
import { byCommand, byContext } from '../../report/orders.ts';
import { counted, grouped, outcomeWords } from '../../common/text.ts';

/** The fail-closed grid of one table for one identity, and of all that look the same. */
export interface Matrix {
  places: Alike;
  commands: string[];
  rows: MatrixRow[];
  /** The server's messages about the table that is shown, each once, with its cells. */
  messages: MatrixMessage[];
  /** Open cells of one table. */
  open: number;
  /** Cells that prove nothing, each reason once, with its cells. */
  unproven: { reason: string; where: string }[];
}

export interface MatrixRow {
  context: string;
  cells: MatrixCell[];
}

/** The result of one command in one context; no entries if it was not tried. */
export interface MatrixCell {
  entries: MatrixEntry[];
}

export interface MatrixEntry {
  badge: Badge;
  sqlstate: string | null;
}

export interface MatrixMessage {
  sqlstate: string;
  message: string;
  where: string;
}

/** The cells as one grid for each table and identity. Grids that look the same are shown once. */
export function matrices(cells: readonly FailClosedCell[]): Matrix[] {
  const grids = grouped(cells, (cell) => JSON.stringify([cell.table, cell.identity, cell.session])).map(
    ({ items }) => ({
      identity: whoIs(items[0]!),
      object: items[0]!.table,
      ...grid(items),
    }),
  );
  return alikeParts(grids, lookOf).map((alike) => {
    const { commands, rows, messages, open, unproven } = alike[0];
    return { places: alikeOf(alike), commands, rows, messages, open, unproven };
  });
}

type Grid = Omit<Matrix, 'places'>;

// The number of a tenant's own rows makes no difference. The number of reached rows of another tenant does.
function lookOf({ commands, rows, messages, unproven }: Grid): string {
  const word = ({ badge: { tone, word } }: MatrixEntry) =>
    tone === 'bad' ? word : word.replace(/^[1-9]\d* rows?$/, 'rows');
  const cells = rows.map(({ context, cells: all }) => [
    context,
    ...all.map(({ entries }) => entries.map((one) => [one.badge.tone, word(one), one.sqlstate])),
  ]);
  return JSON.stringify([commands, cells, messages, unproven]);
}

function grid(cells: FailClosedCell[]): Grid {
  const commands = [...new Set(cells.map((cell) => cell.command))].sort(byCommand);
  const rows = grouped(cells, (cell) => cell.context, byContext).map(({ key, items }) => ({
    context: key,
    cells: commands.map((command) => ({ entries: items.filter((cell) => cell.command === command).map(entry) })),
  }));
  return {
    commands,
    rows,
    messages: messages(cells),
    open: cells.filter((cell) => !cell.closed).length,
    unproven: unproven(cells),
  };
}

function entry(cell: FailClosedCell): MatrixEntry {
  return { badge: cellBadge(cell), sqlstate: cell.sqlstate };
}

function cellBadge(cell: FailClosedCell): Badge {
  if (!cell.closed) {
    return badge('bad', cell.row_unchanged === false ? 'OPEN: rows changed' : `OPEN: ${reach(cell)}`);
  }
  if (cell.closed_to_all !== null) {
    return badge('good', 'closed to all');
  }
  if (cell.unproven !== null) {
    return badge('warn', 'unproven');
  }
  if (isRefusedCopy(cell)) {
    return badge('good', 'refused');
  }
  if (cell.missing_rows !== undefined) {
    return badge('warn', `${counted(cell.missing_rows, 'own row')} missing`);
  }
  switch (endingOf(cell).kind) {
    case 'allowed':
      return { tone: 'quiet', mark: '✓', word: reach(cell) };
    case 'hidden':
      return cell.context === contextOfTenant[cell.whose ?? 'own']
        ? badge('warn', 'not even its own rows')
        : badge('good', 'no rows');
    case 'denied-by-grant':
      return badge('good', 'no grant');
    case 'denied-by-rls':
      return badge('good', 'RLS');
    case 'absent':
      return badge('warn', 'absent');
    case 'stopped':
      return { tone: 'quiet', mark: '✓', word: 'stopped' };
    default:
      return badge('warn', 'error');
  }
}

// How far the statement reached.
function reach(cell: FailClosedCell): string {
  const { rows, outcome } = cell;
  return meaningOf(cell).isAllowed || rows > 0 ? counted(rows, 'row') : outcomeWords(outcome);
}

function messages(cells: FailClosedCell[]): MatrixMessage[] {
  const spoken = cells.filter((cell) => cell.message !== null);
  return grouped(spoken, (cell) => JSON.stringify([cell.sqlstate ?? '', cell.message])).map(({ items }) => ({
    sqlstate: items[0]!.sqlstate ?? '',
    message: items[0]!.message!,
    where: where(items),
  }));
}

function unproven(cells: FailClosedCell[]): Matrix['unproven'] {
  return grouped(
    cells.filter((cell) => cell.unproven !== null),
    (cell) => cell.unproven!,
  ).map(({ key, items }) => ({ reason: key, where: where(items) }));
}

function where(cells: FailClosedCell[]): string {
  return grouped(cells, (cell) => cell.context, byContext)
    .map(
      ({ key, items }) =>
        `${key}: ${items
          .map((cell) => cell.command)
          .sort(byCommand)
          .join(', ')}`,
    )
    .join('; ');
}
