import { messageOf, RolecallError } from './errors.ts';

/** How the system, a program and PostgreSQL (SQLSTATE 53100) report a full disk or a used-up quota. */
const words = /\bENOSPC\b|No space left on device|\bEDQUOT\b|Disk quota exceeded|SQLSTATE 53100/i;

/** The refusal `disk-full`, if `error` or its cause says so; undefined for any other error. */
export function diskFull(error: unknown, where: string, next: string): RolecallError | undefined {
  if (error instanceof RolecallError && error.code === 'disk-full') {
    return error;
  }
  return saysFull(error)
    ? new RolecallError('disk-full', { message: `the disk is full: ${where}\n${messageOf(error)}`, next, cause: error })
    : undefined;
}

function saysFull(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const { code } = error as Error & { code?: unknown };
  return (
    code === '53100' || code === 'ENOSPC' || code === 'EDQUOT' || words.test(error.message) || saysFull(error.cause)
  );
}
