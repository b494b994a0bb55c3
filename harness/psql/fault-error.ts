import { RolecallError, type ErrorCode } from '../common/errors.ts';
import type { PsqlFault } from './psql-fault.ts';
import { refusedBy } from './refused-statement.ts';

/** A fault as a RolecallError. An error that already is one is passed on. */
export function faultError(code: ErrorCode, fault: PsqlFault, next: string): RolecallError {
  const { cause, details } = fault;
  if (cause instanceof RolecallError) {
    // The server went away, which is not a fault of the file.
    return new RolecallError(cause.code, {
      message: `${details.file}: ${cause.message}`,
      cause,
      exit: cause.exit,
      ...(cause.next === undefined ? {} : { next: cause.next }),
    });
  }
  return new RolecallError(code, { message: fault.report, cause: cause ?? fault, refused: refusedBy(fault), next });
}
