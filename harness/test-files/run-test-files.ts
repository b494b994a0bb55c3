import { RolecallError, messageOf } from '../common/errors.ts';
import type { Target } from '../postgres/target.ts';
import { readTap } from './read-tap.ts';
import { CleanSessions, type SessionOptions } from './clean-sessions.ts';
import { runTestFile, type ScriptOptions, type TestScript } from './run-test-file.ts';
import type { TestResult } from './test-result.ts';

export interface TestRun extends SessionOptions {
  /** Logins that a file may name in its header. */
  logins: ReadonlyMap<string, Target>;
  script: ScriptOptions;
  /** How many files run at the same time. */
  jobs: number;
  /** Called with each result, in the order of the files. */
  onResult: (result: TestResult) => void;
}

/** Runs test files in parallel, each in a clean session. A file that bails out ends the run: later files do not start. */
export async function runTestFiles(scripts: readonly TestScript[], run: TestRun): Promise<TestResult[]> {
  const results: (TestResult | undefined)[] = [];
  let begun = 0;
  let told = 0;
  let isBailedOut = false;
  const work = async () => {
    const sessions = new Map<string | undefined, CleanSessions>();
    try {
      while (begun < scripts.length && !isBailedOut) {
        run.signal.throwIfAborted();
        const index = begun;
        begun += 1;
        const script = scripts[index]!;
        const target = script.as === undefined ? run.target : (run.logins.get(script.as) ?? run.target);
        const ofLogin = sessions.get(script.as) ?? new CleanSessions({ ...run, target });
        sessions.set(script.as, ofLogin);
        const result = await runOne(script, ofLogin, run);
        isBailedOut ||= result.reading.bailout !== undefined;
        results[index] = result;
        for (let next = results[told]; next !== undefined; next = results[told]) {
          run.onResult(next);
          told += 1;
        }
      }
    } finally {
      await Promise.all([...sessions.values()].map((one) => one.close()));
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.jobs, scripts.length) }, work));
  return results.filter((result) => result !== undefined);
}

async function runOne(script: TestScript, sessions: CleanSessions, run: TestRun): Promise<TestResult> {
  let opened;
  try {
    opened = await sessions.next();
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof RolecallError)) {
      throw error;
    }
    return refused(script.name, error);
  }
  return runTestFile(script, opened.session, opened.watch, run.script, run.signal);
}

/** A file whose session could not be opened: psql ends with 2. */
function refused(name: string, error: RolecallError): TestResult {
  const report = messageOf(error);
  return {
    name,
    tap: '',
    reading: readTap(''),
    exit: 2,
    fault: { file: name, line: 1, headline: report, report },
    said: `${report}\n`,
    milliseconds: 0,
    hopsRoles: false,
    included: [],
  };
}
