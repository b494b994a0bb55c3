import { counted } from '../common/text.ts';
import type { TapReading, Test } from './read-tap.ts';

/** Where a script stopped, and why. */
export interface ScriptFault {
  file: string;
  line: number;
  /** One line: place, message, SQLSTATE. */
  headline: string;
  /** With the line, a caret, the server's additions, the statement and the chain of includes. */
  report: string;
}

/** One test file, run once. */
export interface TestResult {
  /** The name that was given. */
  name: string;
  tap: string;
  reading: TapReading;
  /** psql's exit code: 0, 1 if the file cannot be read, 2 if the connection is lost, 3 if the script stops at an error. */
  exit: number;
  fault: ScriptFault | undefined;
  /** Messages besides the results: notices, warnings, errors. */
  said: string;
  milliseconds: number;
  /** Whether a superuser's session became another role, which is not a login. */
  hopsRoles: boolean;
  /** Its other files. */
  included: string[];
}

/** Whether `prove` calls it failed. */
export function hasFailed({ reading, exit }: Pick<TestResult, 'reading' | 'exit'>): boolean {
  return (
    exit !== 0 ||
    reading.bailout !== undefined ||
    reading.faults.length > 0 ||
    reading.tests.some(({ passed }) => !passed)
  );
}

/** Whether an assertion was made: it is neither skipped nor TODO, and its subtest, if it has one, made some. */
export function isMade({ directive, madeInSubtest }: Test): boolean {
  return directive === undefined && madeInSubtest !== 0;
}

/** Why an assertion was not made: the reason of its directive, or of its subtest's. */
export function whyIdle({ directive, explanation }: Test): string {
  return directive === undefined ? 'nothing in its subtest was made' : explanation;
}

/** Why assertions were not made, each reason once. */
function whyNotMade(idle: readonly Test[]): string {
  const told = [...new Set(idle.map(whyIdle).filter((text) => text !== ''))];
  return told.length === 0 ? '' : `: ${told.slice(0, 3).join('; ')}${told.length > 3 ? '; …' : ''}`;
}

/** Why a passed file proves nothing; undefined if it proves something. */
export function whyVacuous(result: Pick<TestResult, 'reading' | 'exit'>): string | undefined {
  const { tests, skipAll } = result.reading;
  if (hasFailed(result)) {
    return undefined;
  }
  if (tests.length === 0) {
    return skipAll === undefined ? 'it ran nothing' : `its plan is 0: ${skipAll}`;
  }
  if (tests.some(isMade)) {
    return undefined;
  }
  const kind = tests.every(({ directive }) => directive !== 'todo') ? 'skipped' : 'skipped or to do';
  const each = tests.length === 1 ? 'its one assertion' : `each of its ${tests.length} assertions`;
  return `${each} is ${kind}${whyNotMade(tests)}`;
}

/** The remark about a file's assertions that were not made; undefined if all were. */
export function idleAssertions({ reading: { tests } }: Pick<TestResult, 'reading'>): string | undefined {
  const idle = tests.filter((test) => !isMade(test));
  return idle.length === 0
    ? undefined
    : `${idle.length} of its ${counted(tests.length, 'assertion')} ${idle.length === 1 ? 'was' : 'were'} not made${whyNotMade(idle)}`;
}

/** Assertions that were really made: neither skipped nor TODO. */
export function madeAssertions(results: readonly Pick<TestResult, 'reading'>[]): number {
  return results.flatMap(({ reading }) => reading.tests).filter(isMade).length;
}

/**
 * Whether a run without a failure proves less than it claims: a file proves nothing, unless that is allowed, or there is no
 * assertion at all.
 */
export function showsNothing(results: readonly TestResult[], allowsVacuous: boolean): boolean {
  return (
    !results.some(hasFailed) &&
    (madeAssertions(results) === 0 || (!allowsVacuous && results.some((result) => whyVacuous(result) !== undefined)))
  );
}
