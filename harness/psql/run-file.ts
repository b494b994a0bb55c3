import path from 'node:path';

import { connect, type ConnectOptions, type Session } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { Psql } from './psql.ts';
import { PsqlFault } from './psql-fault.ts';
import type { StatementHooks } from './sender.ts';
import { runScript } from './run-script.ts';

export interface FileRun extends ConnectOptions {
  /** The file's name in messages. */
  file: string;
  text: string;
  /** Whether it runs in a transaction. @default what its header says */
  transaction?: boolean;
  /** psql's variables that are set before its first line. */
  variables?: Readonly<Record<string, string>>;
  /** The text to send instead of a statement. */
  instead?: StatementHooks['instead'] | undefined;
  /** Called with the session once it is open, so that it can be cancelled. */
  onSession?: (session: Session) => void;
}

/** Whether a file's own mark, Rolecall's or that of another tool, says that it must not run in a transaction. */
export function runsWithoutTransaction(text: string): boolean {
  const header = /^\uFEFF?(?:\s*(?:--[^\n]*)?\n)*(?:\s*--[^\n]*)?/.exec(text)![0];
  return /^\s*--!?\s*(?:transaction:\s*none|no-transaction|atlas:txmode\s+none|\+goose\s+NO\s+TRANSACTION|migrate:(?:up|down)\s.*\btransaction:\s*false|(?:flyway:)?executeInTransaction\s*=\s*false)\s*$/im.test(
    header,
  );
}

/**
 * Runs a file of SQL and psql's commands in a session of its own, in one transaction unless its header says otherwise. A
 * transaction that it leaves open is refused. Roles, settings and the search path that it leaves behind end with the session.
 * Throws a `PsqlFault` whose `kept` says whether a part of the file may have stayed.
 */
export async function runFile(target: Target, run: FileRun): Promise<void> {
  const {
    file,
    text,
    transaction = !runsWithoutTransaction(text),
    variables = {},
    instead,
    onSession,
    ...options
  } = run;
  const session = await connect(target, options);
  onSession?.(session);
  const psql = new Psql(session, {
    output: () => undefined,
    warn: () => undefined,
    cwd: path.resolve('.'),
    variables,
    instead,
  });
  const bare = !transaction;
  try {
    if (!bare) {
      await session.script('begin');
    }
    await runScript(psql, file, text);
    await end(psql, file, text, bare);
  } catch (error) {
    if (error instanceof PsqlFault) {
      error.kept = bare || psql.endedTransaction;
    }
    throw error;
  } finally {
    await session.close();
  }
}

/** Ends our transaction. Refuses one that the file began and did not end. */
async function end(psql: Psql, file: string, text: string, bare: boolean): Promise<void> {
  const { session, sender } = psql;
  const line = text.trimEnd().split('\n').length;
  if (session.transaction === 'failed') {
    throw psql.firstFault ?? new PsqlFault({ file, line, includedAt: [], message: 'its transaction has failed' });
  }
  if (session.transaction === 'open' && (bare || sender.lastStep === 'begins')) {
    throw new PsqlFault({
      file,
      line,
      includedAt: [],
      message: 'the file leaves a transaction open: it says BEGIN, and no COMMIT after it',
    });
  }
  if (session.transaction === 'open') {
    // Deferred constraints are checked only now.
    await session.script('commit').catch((error: unknown) => {
      throw new PsqlFault({ file, line, includedAt: [], message: (error as Error).message, cause: error });
    });
  }
}
