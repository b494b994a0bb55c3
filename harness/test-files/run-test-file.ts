import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { messageOf, RolecallError } from '../common/errors.ts';
import { hiding, tellingSecretsIn, withoutPasswordsIn } from '../common/redaction.ts';
import { stopwatch } from '../common/clock.ts';
import type { Session } from '../postgres/session.ts';
import { Psql, type PsqlOptions } from '../psql/psql.ts';
import { PsqlFault } from '../psql/psql-fault.ts';
import { runScript } from '../psql/run-script.ts';
import { readTap } from './read-tap.ts';
import type { StatementWatch } from './statement-watch.ts';
import type { ScriptFault, TestResult } from './test-result.ts';

/** What to run: a file, or SQL with a name. */
export interface TestScript {
  name: string;
  /** Undefined: the file with that name. */
  sql?: string;
  /** The login that its header names, if the run has one with that name. */
  as?: string | undefined;
}

/** How files are run. */
export interface ScriptOptions {
  variables: Readonly<Record<string, string>>;
  pset: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string | undefined>>;
  shell?: PsqlOptions['shell'];
  /** Opens another session for `\connect`. */
  connect: NonNullable<PsqlOptions['connect']>;
  /** Secrets that the results must not show. Those that a file tells the server are added. */
  secrets: Set<string>;
  /** What to do instead of a statement; undefined: the statement itself. */
  instead?: PsqlOptions['instead'];
}

/** Runs a test file as `pg_prove` has psql run it, and reads its output. Rejects only if we were interrupted. */
export async function runTestFile(
  { name, sql }: TestScript,
  session: Session,
  watch: StatementWatch,
  options: ScriptOptions,
  signal: AbortSignal,
): Promise<TestResult> {
  const elapsed = stopwatch();
  const output: string[] = [];
  const said: string[] = [];
  const included: string[] = [];
  const psql = new Psql(session, {
    ...options,
    output: (text) => void output.push(text),
    warn: (text) => void said.push(text),
    cwd: path.resolve('.'),
    onInclude: (file) => void included.push(file),
    onStatement: (text) => {
      watch.see(text);
      tellingSecretsIn(text).forEach((secret) => options.secrets.add(secret));
    },
  });
  let exit = 0;
  let fault: ScriptFault | undefined;
  try {
    await runScript(psql, name, sql ?? (await readText(name)));
  } catch (error) {
    signal.throwIfAborted();
    ({ exit, fault } = stopped(error, name));
    said.push(`${fault.report}\n`);
  }
  // A program that receives results ends with the script, however that ended.
  psql.redirect();
  if (psql.session !== session) {
    await psql.session.close();
  }
  const { hopsRoles } = watch;
  const hide = hiding([...options.secrets]);
  const printed = output.join('');
  const tap = hide(printed);
  // Judged by what was printed, even if it is not shown.
  const reading = readTap(printed);
  return {
    name,
    tap,
    reading: tap === printed ? reading : withoutPasswordsIn(reading, hide),
    exit,
    fault: withoutPasswordsIn(fault, hide),
    said: hide(said.join('')),
    milliseconds: elapsed(),
    hopsRoles,
    included,
  };
}

async function readText(name: string): Promise<string> {
  return readFile(name, 'utf8').catch((error: unknown) => {
    throw new RolecallError('bad-argument', { message: `${name}: ${messageOf(error)}`, exit: 1, cause: error });
  });
}

/** The exit code that psql would have, and where the script stopped. */
function stopped(error: unknown, name: string): { exit: number; fault: ScriptFault } {
  if (error instanceof PsqlFault) {
    const { file, line, statement } = error.details;
    const asked = statement === undefined ? '' : `\nin the statement\n${indented(statement)}`;
    return {
      exit: error.cause instanceof RolecallError ? 2 : 3,
      fault: { file, line, headline: error.headline, report: `${error.report}${asked}` },
    };
  }
  if (!(error instanceof RolecallError)) {
    throw error;
  }
  return {
    exit: error.exit === 1 ? 1 : 2,
    fault: { file: name, line: 1, headline: error.message, report: error.message },
  };
}

const longest = 12;

function indented(statement: string): string {
  const lines = statement.split('\n');
  const shown = lines.length > longest ? [...lines.slice(0, longest), '…'] : lines;
  return shown.map((line) => `    ${line}`).join('\n');
}
