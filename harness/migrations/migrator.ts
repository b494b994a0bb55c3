import type { Target } from '../postgres/target.ts';

/** How roles log in to the server on which migrations run. */
export interface Accounts {
  /** Roles that existed before. Their passwords must not be changed. */
  logins?: ReadonlyMap<string, Target> | undefined;
  /** Passwords that this run has made, by role. More are added. */
  passwords: Map<string, string>;
  /** Who migrates if the contract does not say it. @default the superuser */
  migrator?: Target | undefined;
  /** The text to send instead of a statement, if files run as that role. */
  instead?: ((text: string) => string | undefined) | undefined;
}

/** Brings a database to a revision: from a folder of SQL, or by a program of the project. One file for each. */
export interface Migrator {
  /** Migrates up from the database's current revision. Rejects with `migration-failed`, naming file, line and SQLSTATE. */
  up(superuser: Target, revision: string, accounts?: Accounts): Promise<void>;
  /** Migrates down to `revision`; undefined if there is no way down. */
  down?(superuser: Target, revision: string, accounts?: Accounts): Promise<void>;
}

/** The next step for a migration that takes too long. */
export const overdue =
  'See what it waits for, a lock or a long statement; or give it more time by migrations.timeout in the contract.';
