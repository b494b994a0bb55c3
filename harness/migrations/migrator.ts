import type { Target } from '../postgres/target.ts';

/** Brings a database to a revision. One file each: a folder of SQL, or a program of the project's own. */
export interface Migrator {
  /** Migrates up from wherever the database is; rejects with `migration-failed`, naming file, line and SQLSTATE. */
  up(superuser: Target, revision: string): Promise<void>;
  /** Migrates down to `revision`; undefined where there is no way back. */
  down?(superuser: Target, revision: string): Promise<void>;
}
