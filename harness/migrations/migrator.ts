import type { Target } from '../postgres/target.ts';

/** How roles log in where the migrations run. */
export interface Accounts {
  /** Those that were there before: their passwords are not ours to change. */
  logins?: ReadonlyMap<string, Target> | undefined;
  /** Passwords that this run has made, by role: more are added. */
  passwords: Map<string, string>;
  /** Who migrates where the contract does not say it. @default the superuser */
  migrator?: Target | undefined;
  /** What is sent instead of a statement, where files are run as that role. */
  instead?: ((text: string) => string | undefined) | undefined;
}

/** Brings a database to a revision. One file each: a folder of SQL, or a program of the project's own. */
export interface Migrator {
  /** Migrates up from wherever the database is; rejects with `migration-failed`, naming file, line and SQLSTATE. */
  up(superuser: Target, revision: string, accounts?: Accounts): Promise<void>;
  /** Migrates down to `revision`; undefined where there is no way back. */
  down?(superuser: Target, revision: string, accounts?: Accounts): Promise<void>;
}

/** What to do about a migration that takes too long. */
export const overdue =
  'See what it waits for, a lock or a long statement; or give it more time by migrations.timeout in the contract.';
