import { messageOf, RolecallError } from '../common/errors.ts';
import type { Session } from '../postgres/session.ts';
import { lineAndColumn, serverError, type ServerError } from '../postgres/sql-error.ts';
import type { Assertion } from './assertion.ts';
import { parseTap, type TapDocument } from './parse-tap.ts';
import type { SuiteFile } from './suite-file.ts';
import type { SuiteRun, SuiteStatus } from './suite-run.ts';

/** Runs one suite on a session that is already the right login, and says how it ended; a failing suite is a value. */
export async function runSuite(suite: SuiteFile, session: Session): Promise<SuiteRun> {
  const lines: string[] = [];
  let failure: unknown;
  try {
    await session.stream(suite.sql, (line) => lines.push(line));
  } catch (error) {
    if (error instanceof RolecallError && serverError(error.cause) === undefined) {
      // The server is gone, or we were interrupted: nothing about the suite follows.
      throw error;
    }
    failure = error instanceof RolecallError ? error.cause : error;
  }
  const tap = lines.map((line) => `${line}\n`).join('');
  const document = parseTap(tap);
  const { status, reason } = judge(suite, document, failure);
  const sqlstate = serverError(failure)?.sqlstate ?? null;
  return {
    ...base(suite),
    status,
    reason,
    sqlstate,
    planned: document.planned,
    assertions: withMissing(document),
    tap,
  };
}

/** The run of a suite whose identity did not get in: its role is absent, or the server refused the login. */
export function refusedRun(suite: SuiteFile, status: 'role-absent' | 'login-refused', reason: string): SuiteRun {
  return { ...base(suite), status, reason, sqlstate: null, planned: null, assertions: [], tap: '' };
}

function base({ stem, file, as, session, why, remedy, witnesses }: SuiteFile) {
  const claims = witnesses === undefined ? {} : { witnesses };
  return { suite: stem, file, as: as ?? 'superuser', session, why, remedy, ...claims };
}

function judge(
  suite: SuiteFile,
  document: TapDocument,
  failure: unknown,
): { status: SuiteStatus; reason: string | null } {
  const { planned, assertions, bailout, malformed } = document;
  if (failure !== undefined) {
    const server = serverError(failure);
    return { status: 'sql-error', reason: server === undefined ? messageOf(failure) : describe(suite, server) };
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

function describe({ file, sql }: SuiteFile, { message, sqlstate, position }: ServerError): string {
  const line = position === undefined ? '' : `:${lineAndColumn(sql, position).line}`;
  return `${file}${line}: ${message} (SQLSTATE ${sqlstate})`;
}

/** The assertions, and one `missing` for each that the plan promised and nobody ran. */
function withMissing({ planned, assertions }: TapDocument): Assertion[] {
  const absent = Array.from({ length: Math.max(0, (planned ?? 0) - assertions.length) }, (_, index) => ({
    number: assertions.length + index + 1,
    name: '',
    result: 'missing' as const,
    diagnostics: '',
  }));
  return [...assertions, ...absent];
}
