import type { PositiveControl, Reply } from './outcome.ts';

export type { PositiveControl, Reply } from './outcome.ts';

/** A statement executed as a real login and rolled back. */
export interface Attempt extends Reply {
  kind: 'attempt';
  /** `attempt/<identity>/<object>/<command>/<context>` */
  key: string;
  identity: string;
  object: string;
  /** The statement's name: `SELECT`, `SELECT FOR UPDATE`, `UPDATE re-home`, `EXECUTE`, … */
  command: string;
  /** The first privilege it needs: `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXECUTE`. */
  access: string;
  /** Tenant context, or `none` for an object that has no tenant. */
  context: string;
  /** The statement, with `…` for each value copied from a row. */
  sql: string;
  /** Rows that were reached and are not of the context's tenant: at least so many, for rows that were changed. */
  foreign_rows: number;
  control: PositiveControl | null;
  /** Why the rows it needs could not be set up; absent where they were. */
  unproven?: string;
  /** What a hostile session said that it is; absent in other contexts. */
  value?: string;
  /** Whether the table held the same rows after a write that was refused and committed; absent where none was. */
  row_unchanged?: boolean;
}

/** A `has_*_privilege` question asked as superuser. */
export interface CatalogAnswer {
  kind: 'catalog';
  /** `catalog/<identity>/<object>/<access>` */
  key: string;
  identity: string;
  object: string;
  /** The privilege that was asked about. */
  privilege: string;
  /** The question in words: the privilege, or the privilege `of any column`. */
  access: string;
  /** `absent` where the role or the object is not there. */
  answer: boolean | 'absent';
  /** The server's function that was asked. */
  question: 'has_table_privilege' | 'has_any_column_privilege' | 'has_function_privilege';
  sql: string;
}

/** One row of what was seen by a question put to the live database. */
export type Probe = CatalogAnswer | Attempt;
