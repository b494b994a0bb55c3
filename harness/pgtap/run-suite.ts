import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { Psql } from '../psql/psql.ts';
import { PsqlFault } from '../psql/psql-fault.ts';
import { runScript } from '../psql/run-script.ts';
import type { Assertion } from './assertion.ts';
import { parseTap, type TapDocument } from './parse-tap.ts';
import { rollbackGuard } from './rollback-guard.ts';
import type { SuiteFile } from './suite-file.ts';
import type { SuiteRun, SuiteStatus } from './suite-run.ts';

/**
 * Runs one suite as psql would, on a session that is already the right login, and returns how it ended. A failing suite is a
 * value, not an error.
 */
export async function runSuite(suite: SuiteFile, session: Session): Promise<SuiteRun> {
  let tap = '';
  const psql = new Psql(session, {
    output: (text) => {
      tap += text;
    },
    warn: () => undefined,
    cwd: path.resolve('.'),
    refuse: rollbackGuard(),
  });
  const refused = await become(suite, session);
  if (refused !== undefined) {
    return refused;
  }
  const fault = await faultOf(() => runScript(psql, suite.file, suite.sql));
  const document = parseTap(tap);
  const { status, reason } = statusOf(document, fault);
  // If the script continues after an error, that error is still why something is missing.
  const cause = fault ?? (status === 'complete' ? undefined : psql.firstFault);
  return {
    ...base(suite),
    ...(cause === undefined ? { status, reason } : statusOf(document, cause)),
    sqlstate: serverOf(cause)?.sqlstate ?? null,
    planned: document.planned,
    assertions: withMissing(document),
    tap,
  };
}

/** Makes a login's session the one that the header names. If that fails, returns how the suite ended. */
async function become(suite: SuiteFile, session: Session): Promise<SuiteRun | undefined> {
  try {
    for (const statement of suite.opened?.become ?? []) {
      await session.script(statement);
    }
    return undefined;
  } catch (error) {
    const server = serverError(error);
    if (server === undefined) {
      throw error;
    }
    const reason = `its login could not become session ${suite.as!}: ${server.message} (SQLSTATE ${server.sqlstate})`;
    return { ...refusedRun(suite, 'sql-error', reason), sqlstate: server.sqlstate };
  }
}

/** Why a script stopped. Rejects if the cause is not the script: the server is gone, or we were interrupted. */
async function faultOf(run: () => Promise<void>): Promise<PsqlFault | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!(error instanceof PsqlFault)) {
      throw error;
    }
    if (error.cause instanceof RolecallError && serverOf(error) === undefined) {
      throw error.cause;
    }
    return error;
  }
}

/** The server's error; its last words if it ended the session. */
function serverOf(fault: PsqlFault | undefined): ServerError | undefined {
  return fault?.server ?? (fault?.cause instanceof RolecallError ? serverError(fault.cause.cause) : undefined);
}

/** The run of a suite whose identity could not connect: its role is absent, or the server refused the login or its role. */
export function refusedRun(
  suite: SuiteFile,
  status: 'role-absent' | 'login-refused' | 'sql-error',
  reason: string,
): SuiteRun {
  return { ...base(suite), status, reason, sqlstate: null, planned: null, assertions: [], tap: '' };
}

function base({ stem, file, as, opened, session, why, remedy, witnesses }: SuiteFile) {
  const claims = witnesses === undefined ? {} : { witnesses };
  const { login, role } = opened ?? {};
  const how = { ...(login === undefined ? {} : { login }), ...(role == null ? {} : { role }) };
  return { suite: stem, file, as: as ?? 'superuser', ...how, session, why, remedy, ...claims };
}

function statusOf(
  { planned, assertions, bailout, malformed }: TapDocument,
  fault: PsqlFault | undefined,
): { status: SuiteStatus; reason: string | null } {
  if (fault !== undefined) {
    return { status: 'sql-error', reason: describe(fault) };
  }
  if (bailout !== null) {
    return { status: 'bailed-out', reason: bailout };
  }
  if (planned === null) {
    return { status: 'no-plan', reason: 'it printed no plan' };
  }
  if (planned !== assertions.length) {
    return { status: 'plan-mismatch', reason: `it planned ${planned} tests and ran ${assertions.length}` };
  }
  if (assertions.length === 0) {
    return { status: 'no-tests', reason: 'it ran no test' };
  }
  return malformed.length > 0
    ? { status: 'malformed', reason: malformed.join('; ') }
    : { status: 'complete', reason: null };
}

/** `file:line: message (SQLSTATE …)`, with the lines that included the file. */
function describe(fault: PsqlFault): string {
  const { file, line, includedAt } = fault.details;
  const server = serverOf(fault);
  const included = includedAt.map((place) => `, included at ${place.file}:${place.line}`).join('');
  return `${file}:${line}: ${fault.hide(server?.message ?? fault.message)}${server === undefined ? '' : ` (SQLSTATE ${server.sqlstate})`}${included}`;
}

/** The assertions, and one `missing` for each that the plan promised and that did not run. */
function withMissing({ planned, assertions }: TapDocument): Assertion[] {
  const absent = Array.from({ length: Math.max(0, (planned ?? 0) - assertions.length) }, (_, index) => ({
    number: assertions.length + index + 1,
    name: '',
    result: 'missing' as const,
    diagnostics: '',
  }));
  return [...assertions, ...absent];
}
