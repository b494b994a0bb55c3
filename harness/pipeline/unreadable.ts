import { exitCode, RolecallError } from '../common/errors.ts';
import { serverError } from '../postgres/sql-error.ts';

/** The server's words if it did not let its catalogs be read; undefined for any other error. */
export function unreadable(error: unknown): string | undefined {
  const server =
    serverError(error) ??
    (error instanceof RolecallError && error.code === 'sql-failed' ? serverError(error.cause) : undefined);
  return server === undefined
    ? undefined
    : `the catalogs could not be read: ${server.message} (SQLSTATE ${server.sqlstate})`;
}

/** Reads catalogs of a database that is not ours. Refuses with `catalogs-unreadable` if its login may not. */
export async function readingCatalogs<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = unreadable(error);
    if (message === undefined) {
      throw error;
    }
    throw new RolecallError('catalogs-unreadable', {
      message,
      next: 'Give the URL of a role that may read the catalogs.',
      cause: error,
      exit: exitCode.inconclusive,
    });
  }
}
