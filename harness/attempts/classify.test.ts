import { describe, expect, it } from 'vitest';

import { outcomeOfError, refusalOf } from './classify.ts';

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

describe('the function in which an error was raised', () => {
  it.each<[where: string | undefined, name: string | undefined]>([
    ['PL/pgSQL function refuse() line 1 at RAISE', 'refuse'],
    ['PL/pgSQL function audit.refuse(text, integer) line 1 at RAISE', 'audit.refuse'],
    ['PL/pgSQL function audit."Append Only"() line 1 at RAISE', 'audit."Append Only"'],
    ['PL/pgSQL function "Au(dit"."a.""b"""() line 1 at RAISE', '"Au(dit"."a.""b"""'],
    ['PL/pgSQL function inner() line 1 at RAISE\nPL/pgSQL function outer() line 2 at PERFORM', 'outer'],
    ['SQL statement "select f(1)"\nPL/pgSQL function refuse() line 1 at SQL statement', 'refuse'],
    ['SQL function "may" statement 1', 'may'],
    ['PL/Perl function "Append Only"', '"Append Only"'],
    ['PL/pgSQL-Funktion audit."Append Only"() Zeile 1 bei RAISE', 'audit."Append Only"'],
    ['PL/Perl-Funktion »refuse«', 'refuse'],
    ['fonction PL/pgSQL refuse(), ligne 1 à RAISE', 'refuse'],
    ['PL/pgSQL関数audit.refuse()の1行目 - RAISE', 'audit.refuse'],
    ['在RAISE的第1行的PL/pgSQL函数"Append Only"()', '"Append Only"'],
    ['SQL statement "select f(1)"', undefined],
    ['while inserting index tuple (0,1) in relation "rows"', undefined],
    ['PL/pgSQL function inline_code_block line 1 at RAISE', undefined],
    [undefined, undefined],
  ])('%s: %s', (where, name) => {
    const error = { sqlstate: 'P0001', routine: 'exec_stmt_raise', message: 'no' };
    expect(refusalOf(where === undefined ? error : { ...error, where }).raised_in).toBe(name);
  });
});
