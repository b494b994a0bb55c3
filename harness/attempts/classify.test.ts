import { describe, expect, it } from 'vitest';

import { outcomeOfError, outcomeOfRows } from './classify.ts';

describe('a refusal', () => {
  it.each<[sqlstate: string, routine: string | undefined, message: string, outcome: string]>([
    ['42501', 'aclcheck_error', 'permission denied for table t', 'denied-by-grant'],
    ['42501', 'aclcheck_error_col', 'permission denied for column c of relation t', 'denied-by-grant'],
    ['42501', 'aclcheck_error', 'Zugriff auf Tabelle t verweigert', 'denied-by-grant'],
    ['42501', 'ExecWithCheckOptions', 'new row violates row-level security policy for table "t"', 'denied-by-rls'],
    ['42501', 'ExecWithCheckOptions', 'neue Zeile verletzt Policy', 'denied-by-rls'],
    ['42501', 'check_enable_rls', 'query would be affected by row-level security policy for table "t"', 'error:42501'],
    ['42501', 'aclcheck_error_type', 'permission denied for type x', 'denied-by-grant'],
    ['42501', 'exec_stmt_raise', 'permission denied for table t', 'error:42501'],
    ['42501', undefined, 'permission denied for table t', 'denied-by-grant'],
    ['42501', 'call_string_check_hook', 'permission denied to set role "member"', 'denied-by-grant'],
    ['42501', undefined, 'permission denied to set role "member"', 'denied-by-grant'],
    ['42501', undefined, 'new row violates row-level security policy for table "t"', 'denied-by-rls'],
    ['42501', undefined, 'must be owner of table t', 'error:42501'],
    ['42P01', 'parserOpenTable', 'relation "t" does not exist', 'absent'],
    ['42883', 'ParseFuncOrColumn', 'function f() does not exist', 'absent'],
    ['3F000', 'get_namespace_oid', 'schema "s" does not exist', 'absent'],
    ['42704', 'typenameType', 'type "x" does not exist', 'absent'],
    ['42704', 'find_option', 'unrecognized configuration parameter "app.tenant"', 'error:42704'],
    ['42704', undefined, 'unrecognized configuration parameter "app.tenant"', 'error:42704'],
    ['22P02', 'string_to_uuid', 'invalid input syntax for type uuid: ""', 'error:22P02'],
    ['23505', '_bt_check_unique', 'duplicate key value violates unique constraint "t_pkey"', 'stopped:23505'],
    ['57014', 'ProcessInterrupts', 'canceling statement due to statement timeout', 'broken-off'],
  ])('%s from %s, %s: %s', (sqlstate, routine, message, outcome) => {
    expect(outcomeOfError({ sqlstate, routine, message })).toBe(outcome);
  });
});

describe('an empty answer', () => {
  it.each<[access: string, rows: number, control: number, outcome: string]>([
    ['SELECT', 0, 2, 'hidden'],
    ['UPDATE', 0, 1, 'hidden'],
    ['DELETE', 0, 1, 'hidden'],
    ['EXECUTE', 0, 1, 'hidden'],
    ['SELECT', 1, 2, 'allowed'],
    ['SELECT', 0, 0, 'allowed'],
    ['INSERT', 0, 1, 'allowed'],
  ])('%s of %i rows where the control saw %i is %s', (access, rows, control, outcome) => {
    expect(outcomeOfRows(access, rows, control)).toBe(outcome);
  });
});
