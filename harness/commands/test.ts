import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';

import { stopwatch } from '../common/clock.ts';
import { isTelling, tellingSecretsIn } from '../common/redaction.ts';
import { exitCode, RolecallError } from '../common/errors.ts';
import { connect } from '../postgres/session.ts';
import { targetOf } from '../postgres/target.ts';
import { runShell } from '../process/shell.ts';
import { adviceOn } from '../psql/advice.ts';
import { faultError } from '../psql/fault-error.ts';
import { PsqlFault } from '../psql/psql-fault.ts';
import { runFile } from '../psql/run-file.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';
import { findTestFiles } from '../test-files/find-files.ts';
import { fileText, summaryText, type ProveOptions } from '../test-files/report/prove.ts';
import { remarksText } from '../test-files/report/remarks.ts';
import { githubText, jsonText, junitText, tapText } from '../test-files/report/reporters.ts';
import type { TestScript } from '../test-files/run-test-file.ts';
import { runTestFiles, type TestRun } from '../test-files/run-test-files.ts';
import { fileScripts, runtestsScript } from '../test-files/scripts.ts';
import { hasFailed, showsNothing, type TestResult } from '../test-files/test-result.ts';
import { nextChange } from '../test-files/watch.ts';
import type { Context } from './context.ts';
import { libpqTarget, namesServer } from './libpq.ts';
import type { Command, Invoke } from './options.ts';
import { pairs, testFlags, withDot, type ReporterName, type TestOptions } from './test-flags.ts';
import { existingDatabase, loginAs, ownDatabase, type TestDatabase } from './test-database.ts';

/** `rolecall test`. */
export const define = (command: Command, invoke: Invoke) =>
  testFlags(command).action((files, options) => invoke((context) => test(files, options, context)));

/** Runs pgTAP files as `pg_prove` does, and reports the results. */
export async function test(named: readonly string[], options: TestOptions, context: Context): Promise<number> {
  const { signal, stderr } = context;
  const isXunit = options.runtests === true || options.schema !== undefined || options.match !== undefined;
  const files = isXunit
    ? []
    : await findTestFiles(named, {
        extensions: (options.ext ?? ['.pg']).map(withDot),
        recurse: options.recurse === true,
      });
  if (!isXunit && files.length === 0) {
    stderr(
      named.length === 0
        ? 'No test file was named.\n'
        : `No test file was found; --ext says how they end, as --ext .sql (${(options.ext ?? ['.pg']).join(', ')} now).\n`,
    );
    return exitCode.inconclusive;
  }
  const database = await databaseOf(options, files, context);
  const told = options.setup === undefined ? [] : await setUp(options.setup, database, signal);
  const run = await testRun(options, database, context);
  told.forEach((secret) => run.script.secrets.add(secret));
  const scripts = isXunit ? [runtestsScript(options.schema, options.match)] : await fileScripts(files);
  const isAlone = scripts.every(({ as }) => as === undefined || database.logins.has(as));
  if (!isAlone) {
    stderr('Headers that name a login of a contract are passed over: the server is not built from that contract.\n');
  }
  const results = await once(scripts, run, options, context);
  return options.watch === true ? watch(scripts, run, options, context, results) : codeOf(results, options);
}

async function databaseOf(options: TestOptions, files: readonly string[], context: Context): Promise<TestDatabase> {
  const { dbname, username, host, port, url } = options;
  const given = { dbname, username, host, port };
  const exists = url !== undefined || namesServer(given, context.env);
  if (!exists) {
    return ownDatabase({ contract: options.contract, major: options.pg, files }, context);
  }
  if (options.contract !== undefined || options.pg !== undefined) {
    throw new RolecallError('bad-argument', {
      message: '--contract and --pg apply to a server of the run’s own, and another one is named',
      next: 'Leave them out, or --url, -d, -U, -h, -p and PGHOST, PGPORT, PGDATABASE, PGSERVICE.',
    });
  }
  const target = url === undefined ? await libpqTarget(given, context.env) : targetOf(url, '--url');
  const { answerTimeoutMs, env } = context;
  return existingDatabase({ ...target, answerTimeoutMs }, env['PGOPTIONS'], options.allowPgtap === true, context);
}

/** Runs the set-up script, and returns the secrets that it contains. */
async function setUp(file: string, { superuser }: TestDatabase, signal: AbortSignal): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new RolecallError('bad-argument', { message: `cannot read ${file}`, next: 'Correct --setup.', cause: error });
  });
  try {
    await runFile(superuser, { file, text, signal });
    return tellingSecretsIn(text);
  } catch (error) {
    throw error instanceof PsqlFault ? faultError('provision-failed', error, adviceOn(error, 'the file')) : error;
  }
}

const pgtapExtension = /^(?:create|drop)\s+extension\s+(?:if\s+(?:not\s+)?exists\s+)?"?pgtap"?\b/i;

async function testRun(
  options: TestOptions,
  database: TestDatabase,
  context: Context,
): Promise<Omit<TestRun, 'onResult'>> {
  const { env, signal } = context;
  const target = options.as === undefined ? database.superuser : await loginAs(options.as, database, signal);
  const settings = database.own ? undefined : env['PGOPTIONS'];
  return {
    target,
    logins: database.logins,
    settings,
    opening: database.opening,
    signal,
    jobs: options.jobs ?? availableParallelism(),
    script: {
      variables: pairs(options.set, '--set'),
      pset: pairs(options.pset, '--pset'),
      env,
      secrets: new Set([target, ...database.logins.values()].map(({ password }) => password).filter(isTelling)),
      ...(options.allowShell === true && { shell: runShell }),
      connect: ({ database: name, user, host, port }) =>
        connect(
          {
            ...target,
            ...(user !== undefined && (database.logins.get(user) ?? { user })),
            database: name ?? target.database,
            host: host ?? target.host,
            port: port === undefined ? target.port : Number(port),
          },
          { signal, settings },
        ),
      // pgTAP exists already: it was loaded for the run.
      ...(database.loadsPgtap && {
        instead: (text: string) => (pgtapExtension.test(fromFirstWord(text)) ? '' : undefined),
      }),
    },
  };
}

/** Runs the scripts and reports them. */
async function once(
  scripts: readonly TestScript[],
  run: Omit<TestRun, 'onResult'>,
  options: TestOptions,
  { stdout, stderr, env }: Context,
): Promise<TestResult[]> {
  const elapsed = stopwatch();
  const names: readonly ReporterName[] = options.format === 'json' ? ['json'] : options.reporter;
  const prove: ProveOptions = {
    verbose: options.verbose === true,
    failures: options.failures === true,
    quiet: options.QUIET === true,
    longest: Math.max(...scripts.map(({ name }) => name.length)),
  };
  const isShown = names.includes('prove');
  const results = await runTestFiles(scripts, {
    ...run,
    onResult: (result) => {
      stderr(result.said);
      if (isShown) {
        stdout(fileText(result, prove));
      }
    },
  });
  const code = codeOf(results, options);
  const milliseconds = elapsed();
  const texts: Record<ReporterName, () => string> = {
    prove: () => summaryText(results, milliseconds / 1000, prove),
    tap: () => tapText(results),
    junit: () => junitText(results, milliseconds),
    json: () => jsonText(results, code),
    github: () => githubText(results, env['GITHUB_WORKSPACE'] || process.cwd()),
  };
  for (const name of names) {
    stdout(texts[name]());
  }
  stderr(remarksText(results, options.allowVacuous === true));
  return results;
}

function codeOf(results: readonly TestResult[], { allowVacuous }: TestOptions): number {
  return results.some(hasFailed)
    ? exitCode.broken
    : showsNothing(results, allowVacuous === true)
      ? exitCode.inconclusive
      : exitCode.holds;
}

/** Runs scripts again when one of their files or included files changes, until it is interrupted. */
async function watch(
  scripts: readonly TestScript[],
  run: Omit<TestRun, 'onResult'>,
  options: TestOptions,
  context: Context,
  first: readonly TestResult[],
): Promise<number> {
  let results = first;
  const filesOf = new Map<string, string[]>();
  for (;;) {
    for (const { name, included } of results) {
      filesOf.set(name, [name, ...included]);
    }
    context.stderr('Waiting for a change; Ctrl-C ends it.\n');
    const changed = await nextChange([...filesOf.values()].flat(), context.signal);
    if (changed === undefined) {
      return codeOf(results, options);
    }
    const touched = scripts.filter(({ name }) => filesOf.get(name)?.some((file) => changed.includes(file)));
    results = await once(touched, run, options, context);
  }
}
