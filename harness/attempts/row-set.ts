import type { RawName, SqlName, SqlText } from '../common/sql.ts';
import type { ServerError } from '../postgres/sql-error.ts';
import type { ContextRecord } from './session-parts.ts';

/** A name of rows: an expression in SQL for a row `t`, and the columns that it reads. */
export interface RowName {
  columns: readonly RawName[];
  of(row: SqlName): SqlText;
}

/** How the rows of a table are told apart, and by what a reader knows them. */
export interface RowNames {
  /** What no two rows share: the primary key, else the place in the table; in a view, what a row holds. */
  place: RowName;
  /** The key by which a person finds a row, in a table without one its place; undefined in a view without one. */
  key: RowName | undefined;
}

/** Rows of a table, as the control sees them: how many, where each is, and by which key: see RowNames. */
export interface RowSet {
  count: number;
  /** What counts them again. */
  counting: SqlText;
  /** Undefined where there are too many to be listed. */
  rows: readonly { place: string; key: string }[] | undefined;
}

/** Whose the rows of a table are, row by row. */
export interface RowSets {
  asksIdentity: boolean;
  /** What the contract says of the rows and the server refuses, whoever asks. */
  fault?: string | undefined;
  /** Set where no question about its rows was answered, with what the server said. */
  unread?: { refusal: ServerError | undefined } | undefined;
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
