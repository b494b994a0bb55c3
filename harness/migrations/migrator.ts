import type { Target } from '../postgres/target.ts';

/** Brings a database to a revision. One file each: a folder of SQL, or a program of the project's own. */
export interface Migrator {
  /** Migrates up from wherever the database is; rejects with `migration-failed`, naming file, line and SQLSTATE. */
  up(superuser: Target, revision: string): Promise<void>;
  /** Migrates down to `revision`; undefined where there is no way back. */
  down?(superuser: Target, revision: string): Promise<void>;
}

/** What to do about a migration that takes too long. */
export const overdue =
  'See what it waits for, a lock or a long statement; or give it more time by migrations.timeout in the contract.';
