import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { RolecallError } from '../common/errors.ts';
import type { Session } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { adviceOn } from '../psql/advice.ts';
import { faultError } from '../psql/fault-error.ts';
import { PsqlFault } from '../psql/psql-fault.ts';
import { runFile, type FileRun } from '../psql/run-file.ts';
import type { Part } from './layouts/layout.ts';
import { overdue } from './migrator.ts';

interface PartOptions extends Pick<FileRun, 'variables' | 'instead'> {
  folder: string;
  seconds: number;
  signal: AbortSignal;
  /** The role that migrates; undefined for the superuser. */
  as?: string | undefined;
}

/** Runs a part. When its time is up, the server is told to cancel it, so that nothing of it stays. */
export async function runPart(
  target: Target,
  { file, text, transaction, mayFail }: Part,
  { folder, seconds, signal, as, ...given }: PartOptions,
): Promise<void> {
  let isOverdue = false;
  let running: Session | undefined;
  let cancelled: Promise<void> | undefined;
  const timer = setTimeout(() => {
    isOverdue = true;
    cancelled = running?.cancel();
  }, seconds * 1000);
  try {
    await runFile(target, {
      file: slashed(path.join(folder, file)),
      text,
      transaction,
      ...given,
      signal,
      onSession: (session) => (running = session),
    });
  } catch (error) {
    if (!(error instanceof PsqlFault)) {
      throw error;
    }
    if (mayFail === true && error.server !== undefined && !isOverdue) {
      return;
    }
    const said = faultError('migration-failed', error, nextOf(error, as));
    throw isOverdue
      ? new RolecallError('timed-out', {
          message: `a migration was not done after ${seconds} s, and has been cancelled\n${said.message}`,
          cause: error,
          next: overdue,
        })
      : said;
  } finally {
    clearTimeout(timer);
    await cancelled;
  }
}

function nextOf(fault: PsqlFault, as: string | undefined): string {
  return as !== undefined && fault.server?.sqlstate === '42501'
    ? `Give ${as}, as which the migrations run (migrations.as), in the file of provision.before what it has in production: grant create on schema public to …, alter database :"DBNAME" owner to ….`
    : adviceOn(fault, 'the migration');
}
