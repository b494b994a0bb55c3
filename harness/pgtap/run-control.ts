import { sql } from '../common/sql.ts';
import { withoutSecretsOf } from '../common/redaction.ts';
import { messageOf } from '../common/errors.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { runSuite } from './run-suite.ts';
import { loginOf, rolesOf, type SuiteFile } from './suite-file.ts';
import type { SuiteRun } from './suite-run.ts';

/** A suite run against its own damage: it must turn red. */
export interface ControlRun {
  suite: string;
  noticed: boolean;
  /** Names of the assertions that turned red. */
  failed: string[];
  /** Why it did not count; null if it did. */
  reason: string | null;
}

/**
 * Does the damage, runs the suite in the same transaction as its identity, and rolls both back. Noticed means that a named
 * assertion failed; a suite that breaks off with an error has noticed nothing. The suite must be green without the damage.
 */
export async function runControl(
  superuser: Session,
  suite: SuiteFile,
  damage: string | undefined,
): Promise<ControlRun> {
  const none = { suite: suite.stem, noticed: false, failed: [] };
  if (damage === undefined) {
    return { ...none, reason: 'it has no control' };
  }
  try {
    const run = await runDamaged(superuser, suite, damage);
    const failed = run.assertions.filter(({ result }) => result === 'not-ok').map(({ name }) => name);
    const reason = run.status !== 'complete' ? run.reason : failed.length === 0 ? 'no assertion turned red' : null;
    return { suite: suite.stem, noticed: reason === null, failed, reason };
  } catch (error) {
    return { ...none, reason: withoutSecretsOf(damage, `the damage could not be done: ${messageOf(error)}`) };
  }
}

/**
 * Does the damage in a transaction of the superuser, runs a suite in it as its identity, and rolls back. Rejects if the damage
 * cannot be done.
 */
export async function runDamaged(superuser: Session, suite: SuiteFile, damage: string): Promise<SuiteRun> {
  try {
    const login = loginOf(suite);
    const becoming = login === undefined ? '' : sql`\n;\nset local session authorization ${quoteIdentifier(login)}`;
    await superuser.script(`begin;\n${damage}${temporary(suite)}${becoming}`);
    // The suite's own `begin` only raises a warning here, and its `rollback` undoes the damage too.
    return await runSuite(suite, superuser);
  } finally {
    await superuser.script('rollback; reset session authorization');
  }
}

/** plan() makes temporary tables. A role that may not gets the privilege, with the damage, while the suite runs. */
function temporary(suite: SuiteFile): string {
  const grants = rolesOf(suite).map(
    (role) =>
      sql`if not pg_catalog.has_database_privilege(${quoteLiteral(role)}, pg_catalog.current_database(), 'TEMPORARY') then execute pg_catalog.format('grant temporary on database %I to %I', pg_catalog.current_database(), ${quoteLiteral(role)}); end if;`,
  );
  return grants.length === 0 ? '' : `\n;\ndo $mutant$ begin ${grants.join(' ')} end $mutant$`;
}
