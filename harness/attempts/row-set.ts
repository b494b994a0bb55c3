import type { ContextRecord } from './session-parts.ts';

/** Rows of a table, as the control sees them: how many, where each is, and by which key. */
export interface RowSet {
  count: number;
  /** Undefined where there are too many to be listed. */
  rows: readonly { place: string; key: string }[] | undefined;
}

/** Whose the rows of a table are, row by row. */
export interface RowSets {
  /** Expressions by which a session names a row `t`: its place, and its key, where the table has one. */
  place: string;
  key: { columns: readonly string[]; expression: string } | undefined;
  asksIdentity: boolean;
  /** By `setKey`: rows of somebody, and with those that are open to all. */
  own: ReadonlyMap<string, RowSet>;
  seen: ReadonlyMap<string, RowSet>;
  all: RowSet;
}

/** What the rows of somebody are found by. */
export function setKey(
  { record, identity }: { record: ContextRecord | null; identity: string },
  asksIdentity: boolean,
): string {
  const values = record === null ? null : Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([values, asksIdentity ? identity : null]);
}
