import type { Assertion } from './assertion.ts';
import type { WitnessClaim } from './witness-claim.ts';

/** How a suite ended as a whole. Only `complete` can prove anything. */
export type SuiteStatus =
  | 'complete'
  | 'no-plan'
  | 'no-tests'
  | 'plan-mismatch'
  | 'bailed-out'
  | 'sql-error'
  | 'role-absent'
  | 'login-refused'
  | 'malformed';

/** One pgTAP file, run once in one phase. */
export interface SuiteRun {
  /** The file's name without its extension: `02_tenants_denied`. */
  suite: string;
  /** Path of the file, relative to the project. */
  file: string;
  /** The identity, or the session of the contract, that its header names. */
  as: string;
  /** The login of the connection, if `as` is a session; absent in others. */
  login?: string;
  /** The role that the session assumes; absent if it assumes none. */
  role?: string;
  /** `login`: a real connection of that role. `superuser`: the connection that built the database. */
  session: 'login' | 'superuser';
  why: string;
  remedy: string;
  /** What its header declares each of its assertions to be a witness of; absent if it declares nothing. */
  witnesses?: WitnessClaim[];
  status: SuiteStatus;
  /** Why the status is not `complete`, with SQLSTATE and line if there are any. */
  reason: string | null;
  /** SQLSTATE of the error that ended it; null if none did. */
  sqlstate: string | null;
  planned: number | null;
  assertions: Assertion[];
  /** The TAP text as the server returned it. */
  tap: string;
}

/** Whether a suite ran to its end and every assertion is ok. */
export function isGreenRun({ status, assertions }: SuiteRun): boolean {
  return status === 'complete' && assertions.every(({ result }) => result === 'ok');
}

/** Who ran a suite, in words: the identity, or the session and how its login became it. */
export function whoRan({ as, login, role }: Pick<SuiteRun, 'as' | 'login' | 'role'>): string {
  return login === undefined ? as : `${as} (${login}${role === undefined ? '' : ` after SET ROLE ${role}`})`;
}
