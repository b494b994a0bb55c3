import { harmless } from './harmless.ts';
import type { Sheet } from './sheets.ts';

/** A sheet as CSV, in which no cell is a formula. */
export async function csvOf({ head, rows }: Sheet): Promise<string> {
  const { stringify } = await import('csv-stringify/sync');
  const cells = (row: readonly (string | number)[]) =>
    row.map((cell) => (typeof cell === 'number' ? cell : harmless(cell)));
  return stringify([head, ...rows].map(cells), { record_delimiter: '\r\n' });
}
