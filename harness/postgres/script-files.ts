import { readFile } from 'node:fs/promises';

import { RolecallError, type ErrorCode } from '../common/errors.ts';
import type { Session } from './session.ts';
import { sqlFileError } from './sql-error.ts';

/** Runs SQL files in order, each atomically; a failure names file, line and SQLSTATE under `code`. */
export async function runScriptFiles(session: Session, files: readonly string[], code: ErrorCode): Promise<void> {
  for (const file of files) {
    const sql = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new RolecallError('bad-contract', {
        message: `cannot read ${file}`,
        cause: error,
        next: 'Correct its path in the contract.',
      });
    });
    try {
      await session.script(sql);
    } catch (error) {
      throw sqlFileError(code, file, sql, error, 'Correct the file; nothing of it was applied.');
    }
  }
}
