import type { RawName, SqlName, SqlText } from '../common/sql.ts';
import type { TenantRecord } from '../contract/sessions.ts';
import type { RowName, RowNames, RowSets } from './row-set.ts';

export interface Column {
  name: RawName;
  type: SqlText;
  /** pg_type.typcategory: S strings, N numbers, D dates and times. */
  category: string;
  /** The base type of a domain. @default type */
  base_type?: SqlText;
  filled_by_server: boolean;
  /** Its default is the same for every row, so that a unique key needs another value. */
  constant_default?: boolean;
  /** GENERATED ALWAYS, stored or as identity: an UPDATE can set it to DEFAULT only. */
  generated: boolean;
  /** The server takes its value from a sequence, which no rollback sets back. */
  from_sequence?: boolean;
  /** Unique keys it is part of, each as its column numbers. */
  unique_keys: string[];
  /** Those of them that ON CONFLICT can name by their columns. */
  arbiters?: string[];
  /** Part of the primary key. @default false */
  in_primary_key?: boolean;
  refers: boolean;
}

/** Rows of a table that a view shows: by which of its columns, and who owns them. */
export interface ShownRows {
  name: RowName;
  sets: RowSets;
}

/** A table as attempts need to know it: its columns, a seeded row, and values that no unique key holds yet. */
export interface TableShape {
  columns: Column[];
  /** SQL literals of a seeded row, by column; empty if there is no row to copy. */
  row: Record<RawName, SqlText>;
  /** Other seeded rows, to copy if a policy refuses that one. */
  copies?: readonly Pick<TableShape, 'row' | 'text'>[];
  /** Literals for columns that must differ from the copied row, by column. */
  fresh: Record<RawName, SqlText>;
  /** The same values as text, for COPY: those of the row, replaced by the fresh ones. */
  text?: { row: Record<string, string | null>; fresh: Record<string, string | null> };
  /** Set for a partitioned table, which COPY … TO does not accept. */
  partitioned?: boolean;
  /** Set for a view: its rows may depend on the session's tenant. */
  is_view?: boolean;
  /** Conditions that hold for a row `o` that other rows keep from being deleted. */
  referring?: SqlText[] | null;
  /** Rows of the tenants in the contract, if rows belong to one; `all` if a session sees every row. */
  tenants?: { own: number; other: number; unknown: number; all?: number };
  /** Set if nobody saw the rows of all tenants at once. Rows that a policy hides from their own tenant are then not counted. */
  seenApart?: boolean;
  /** How its rows are named, if the contract says who owns them. */
  names?: RowNames;
  /** Who owns which rows, if the contract says it: by a column, or row by row. */
  rows?:
    | { kind: 'column'; column: RawName; is: string; exact: boolean }
    | { kind: 'listed'; sets: RowSets }
    | { kind: 'shown'; by: readonly ShownRows[] };
  /** The table whose rows a view shows, if the contract does not say who owns the view's rows. */
  base?: SqlName;
  /** What the column holds for the tenants in the contract. */
  texts?: { own: string; other: string; unknown: string };
  /** Columns that say who owns a row. */
  kept?: readonly RawName[];
  /** A column by which a row goes from one tenant to another, with the value of each. */
  rehome?: { column: RawName; own: string; other: string } | undefined;
  /** What the contract says of its rows and the database contradicts. */
  fault?: string | undefined;
  /** Why its rows are not known, in words. */
  unread?: string;
  /** What a session may claim to be that is not a tenant here but might be taken for one. */
  hostile?: readonly TenantRecord[];
  /** pg_relation_is_updatable(): 4 UPDATE, 8 INSERT, 16 DELETE. @default all */
  updatable?: number;
  /** Whether MERGE can be tried. @default false */
  merges?: boolean;
}
