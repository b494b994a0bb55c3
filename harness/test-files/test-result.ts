import type { TapReading } from './read-tap.ts';

/** Where a script stopped, and why. */
export interface ScriptFault {
  file: string;
  line: number;
  /** One line: place, message, SQLSTATE. */
  headline: string;
  /** With the line, a caret, what the server added, the statement and the chain of includes. */
  report: string;
}

/** One test file, run once. */
export interface TestResult {
  /** As it was named. */
  name: string;
  tap: string;
  reading: TapReading;
  /** What psql would end with: 0, 1 where the file cannot be read, 2 where the connection is lost, 3 where the script stops at an error. */
  exit: number;
  fault: ScriptFault | undefined;
  /** What was said beside the results: notices, warnings, errors. */
  said: string;
  milliseconds: number;
  /** Whether a superuser's session became another role: that is no login. */
  hopsRoles: boolean;
  /** Files that it was made of, besides itself. */
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

/** Why a file that passed shows nothing; undefined where it shows something. */
export function whyVacuous(result: Pick<TestResult, 'reading' | 'exit'>): string | undefined {
  const { tests, skipAll } = result.reading;
  if (hasFailed(result)) {
    return undefined;
  }
  if (tests.length === 0) {
    return skipAll === undefined ? 'it ran nothing' : `its plan is 0: ${skipAll}`;
  }
  const idle = tests.filter(({ directive }) => directive !== undefined);
  if (idle.length < tests.length) {
    return undefined;
  }
  const reasons = [...new Set(idle.map(({ explanation }) => explanation).filter((text) => text !== ''))].slice(0, 3);
  const kind = idle.every(({ directive }) => directive === 'skip') ? 'skipped' : 'skipped or to do';
  return `each of its ${tests.length} assertions is ${kind}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}

/** Assertions that were really made: neither skipped nor to do. */
export function madeAssertions(results: readonly Pick<TestResult, 'reading'>[]): number {
  return results.flatMap(({ reading }) => reading.tests).filter(({ directive }) => directive === undefined).length;
}
