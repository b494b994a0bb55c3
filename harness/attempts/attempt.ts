/** How an attempt ended. `error:<SQLSTATE>` is never a pass. */
export type Outcome = 'allowed' | 'denied-by-grant' | 'denied-by-rls' | 'hidden' | 'absent' | `error:${string}`;

/** What one statement did: the outcome, and what the server said of it. */
export interface Reply {
  outcome: Outcome;
  sqlstate: string | null;
  message: string | null;
  /** Rows returned or affected; 0 after an error. */
  rows: number;
}

/** The same statement where it should work: a denial counts only beside it. */
export interface PositiveControl extends Reply {
  /** Who ran it. */
  as: string;
}

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
  /** Whether the table held the same rows after a write that was refused and committed; absent where none was. */
  row_unchanged?: boolean;
}

/** SQLSTATEs of a server that was busy, full, broken or interrupted: no refusal, whoever asks. */
const interruptions = /^error:(?:40|53|54|55|57|58|F0|XX)/;

/** Whether a statement was broken off by the server's own trouble, which says nothing about privileges. */
export function wasInterrupted({ outcome }: Pick<Reply, 'outcome'>): boolean {
  return interruptions.test(outcome);
}

/** Whether an attempt ended in an error that is no answer: its positive control ended in one too, or the server broke it off. */
export function couldNotBeSetUp({ outcome, control }: Pick<Attempt, 'outcome' | 'control'>): boolean {
  return outcome.startsWith('error:') && (control?.outcome !== 'allowed' || wasInterrupted({ outcome }));
}

/** A `has_*_privilege` question asked as superuser. */
export interface CatalogAnswer {
  kind: 'catalog';
  /** `catalog/<identity>/<object>/<access>` */
  key: string;
  identity: string;
  object: string;
  access: string;
  /** `absent` where the role or the object is not there. */
  answer: boolean | 'absent';
  sql: string;
}

/** One row of what was seen by a question put to the live database. */
export type Probe = CatalogAnswer | Attempt;
