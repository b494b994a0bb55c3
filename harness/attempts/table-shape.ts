import type { RawName, SqlName, SqlText } from '../common/sql.ts';
import type { TenantRecord } from '../contract/sessions.ts';
import type { RowName, RowNames, RowSets } from './row-set.ts';

export interface Column {
  name: RawName;
  type: SqlText;
  /** pg_type.typcategory: S strings, N numbers, D dates and times. */
  category: string;
  /** The type that a domain is over. @default type */
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
  /** Part of the primary key, which no two rows share. @default false */
  in_primary_key?: boolean;
  refers: boolean;
}

/** Rows of a table that a view shows: by which of its columns, and whose they are. */
export interface ShownRows {
  name: RowName;
  sets: RowSets;
}

/** A table as a probe must know it: its columns, a seeded row, and values that no unique key holds yet. */
export interface TableShape {
  columns: Column[];
  /** SQL literals of a seeded row, by column; empty where there is none to copy. */
  row: Record<RawName, SqlText>;
  /** Other seeded rows, to be copied where a policy refuses that one. */
  copies?: readonly Pick<TableShape, 'row' | 'text'>[];
  /** Literals for columns that must differ from the copied row, by column. */
  fresh: Record<RawName, SqlText>;
  /** The same values as text, for COPY: those of the row, and over them the fresh ones. */
  text?: { row: Record<string, string | null>; fresh: Record<string, string | null> };
  /** COPY … TO does not take a partitioned table itself. */
  partitioned?: boolean;
  /** What a view shows may depend on the session’s tenant. */
  is_view?: boolean;
  /** Conditions that hold for a row `o` which other rows keep from being deleted. */
  referring?: SqlText[] | null;
  /** Rows of the tenants that the contract names, where rows belong to one; `all` where a session sees every row. */
  tenants?: { own: number; other: number; unknown: number; all?: number };
  /** Set where nobody saw the rows of all tenants at once: what a policy hides from its own tenant is not among them. */
  seenApart?: boolean;
  /** How its rows are named, where the contract says whose they are. */
  names?: RowNames;
  /** Whose rows are whose, where the contract says it: by a column, or row by row. */
  rows?:
    | { kind: 'column'; column: RawName; is: string; exact: boolean }
    | { kind: 'listed'; sets: RowSets }
    | { kind: 'shown'; by: readonly ShownRows[] };
  /** The table whose rows a view shows, where the contract says nothing of the view’s. */
  base?: SqlName;
  /** What the column holds for the tenants that the contract names. */
  texts?: { own: string; other: string; unknown: string };
  /** Columns that say whose a row is. */
  kept?: readonly RawName[];
  /** A column by which a row goes from one tenant to another, with the value of each. */
  rehome?: { column: RawName; own: string; other: string } | undefined;
  /** What the contract says of its rows and is not so. */
  fault?: string | undefined;
  /** Why it is not known which rows it has, in words. */
  unread?: string;
  /** What a session may say that it is, which is not a tenant here and might be taken for more than one. */
  hostile?: readonly TenantRecord[];
  /** pg_relation_is_updatable(): 4 UPDATE, 8 INSERT, 16 DELETE. @default all */
  updatable?: number;
  /** Whether MERGE can be tried. @default false */
  merges?: boolean;
}
