import type { RawName, SqlName, SqlText } from '../common/sql.ts';
import type { ServerError } from '../postgres/sql-error.ts';
import type { ContextRecord } from './session-parts.ts';

/** A name of rows: an expression in SQL for a row `t`, and the columns that it reads. */
export interface RowName {
  columns: readonly RawName[];
  of(row: SqlName): SqlText;
}

/** How the rows of a table are told apart, and how a reader names them. */
export interface RowNames {
  /** Unique for each row: the primary key, otherwise the place in the table; in a view, the whole row. */
  place: RowName;
  /** The key by which a person finds a row; in a table without one its place; undefined in a view without one. */
  key: RowName | undefined;
}

/** Rows of a table as the control sees them: how many, and the place and key of each (see RowNames). */
export interface RowSet {
  count: number;
  /** A query that counts them again. */
  counting: SqlText;
  /** Undefined if there are too many to list. */
  rows: readonly { place: string; key: string }[] | undefined;
}

/** The owner of each row of a table. */
export interface RowSets {
  asksIdentity: boolean;
  /** The contract's condition on rows that the server refuses from everybody. */
  fault?: string | undefined;
  /** Set if no question about its rows was answered, with the server's words. */
  unread?: { refusal: ServerError | undefined } | undefined;
  /** By `setKey`: the rows of a tenant or role, and the same with those that are open to all. */
  own: ReadonlyMap<string, RowSet>;
  seen: ReadonlyMap<string, RowSet>;
  all: RowSet;
}

/** The key under which the rows of a tenant or role are found. */
export function setKey(
  { record, identity }: { record: ContextRecord | null; identity: string },
  asksIdentity: boolean,
): string {
  const values = record === null ? null : Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([values, asksIdentity ? identity : null]);
}
