import type { ServerError } from '../postgres/sql-error.ts';
import type { Outcome } from './attempt.ts';

/** undefined_table, undefined_function, invalid_schema_name, undefined_object: what was asked for is not there. */
const absent = new Set(['42P01', '42883', '3F000', '42704']);

/**
 * What a refusal means. Missing grants and row-level security share SQLSTATE 42501, so the C function that raised it
 * tells them apart, whatever language the server speaks; the message serves where a proxy dropped it.
 */
export function outcomeOfError({
  sqlstate,
  routine,
  message,
}: Pick<ServerError, 'sqlstate' | 'routine' | 'message'>): Outcome {
  // An unknown setting shares the SQLSTATE of an unknown type, and says that a policy or function reads it with no default.
  const isSetting =
    sqlstate === '42704' &&
    (routine === undefined ? message.startsWith('unrecognized configuration parameter') : routine === 'find_option');
  if (absent.has(sqlstate) && !isSetting) {
    return 'absent';
  }
  if (sqlstate !== '42501') {
    return `error:${sqlstate}`;
  }
  if (routine === undefined ? message.startsWith('permission denied for ') : /^aclcheck_error/.test(routine)) {
    return 'denied-by-grant';
  }
  if (
    routine === undefined ? message.includes('violates row-level security policy') : routine === 'ExecWithCheckOptions'
  ) {
    return 'denied-by-rls';
  }
  return `error:${sqlstate}`;
}

/** `hidden` when nothing came although the control saw rows: an empty answer where there is something to see. */
export function outcomeOfRows(access: string, rows: number, controlRows: number): Outcome {
  return access !== 'INSERT' && rows === 0 && controlRows > 0 ? 'hidden' : 'allowed';
}
