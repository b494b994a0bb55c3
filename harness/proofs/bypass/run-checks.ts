import { readFileSync } from 'node:fs';

import { readOnly } from '../../catalog/read-state.ts';
import { snapshotSettings, type Read } from '../../catalog/snapshot.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import { sqlFileError } from '../../postgres/sql-error.ts';
import { readBodies } from './bodies.ts';
import { checkInput, type CheckInput } from './check-input.ts';
import { judgeBypasses, type BypassFinding } from './judge.ts';
import { readChecks, type BypassCheck } from './read-checks.ts';

const prelude = readFileSync(new URL('prelude.sql', import.meta.url), 'utf8');

/** Runs every check that the server supports, in the transaction that `opening` begins and that is rolled back. */
export async function runBypassChecks(
  session: Session,
  contract: ParsedContract,
  serverVersionNum: number,
  opening = readOnly,
): Promise<BypassFinding[]> {
  const checks = await readChecks();
  return rolledBack(session, `${opening}; ${snapshotSettings}`, () =>
    askChecks((sql, values) => session.query(sql, values), checks, checkInput(contract), serverVersionNum),
  );
}

/** Runs one statement with its values. */
type Ask = (sql: string, values: readonly unknown[]) => ReturnType<Read>;

/**
 * Runs the checks in the transaction of `ask`, all in one statement, so that their common parts are computed once. PostgreSQL's
 * parser reads the bodies of functions first.
 */
export async function askChecks(
  ask: Ask,
  checks: readonly BypassCheck[],
  input: CheckInput,
  serverVersionNum: number,
): Promise<BypassFinding[]> {
  const parts = checks
    .filter(({ since = 0 }) => serverVersionNum >= 10_000 * since)
    .map(
      ({ code, severity, sql }) =>
        `select '${code}' as code, '${severity}' as severity, answer.* from (\n${sql}\n) as answer`,
    );
  const sql = `${prelude}\n${parts.join('\nunion all\n')}`;
  const said = { ...input, server_version_num: serverVersionNum, bodies: await readBodies(ask) };
  const rows = await ask(sql, [JSON.stringify(said)]).catch(async (error: unknown) => {
    throw await sqlFileError(
      'sql-failed',
      'bypass checks',
      sql,
      error,
      'Report this with the version of the server: a check must run on every one.',
    );
  });
  return judgeBypasses(rows);
}
