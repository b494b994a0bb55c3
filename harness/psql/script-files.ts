import { readFile } from 'node:fs/promises';

import { RolecallError, type ErrorCode } from '../common/errors.ts';
import type { Target } from '../postgres/target.ts';
import { adviceOn } from './advice.ts';
import { faultError } from './fault-error.ts';
import { PsqlFault } from './psql-fault.ts';
import { runFile, type FileRun } from './run-file.ts';

/**
 * Runs SQL files in order, each in a clean session and atomically. A failure names file, line and SQLSTATE, with the given error
 * code.
 */
export async function runScriptFiles(
  target: Target,
  files: readonly string[],
  code: ErrorCode,
  signal?: AbortSignal,
  instead?: FileRun['instead'],
): Promise<void> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new RolecallError('bad-contract', {
        message: `cannot read ${file}`,
        cause: error,
        next: 'Correct its path in the contract.',
      });
    });
    try {
      await runFile(target, { file, text, signal, instead });
    } catch (error) {
      throw error instanceof PsqlFault ? faultError(code, error, adviceOn(error, 'the file')) : error;
    }
  }
}
