import type { ServerError } from '../postgres/sql-error.ts';
import type { Reply } from './attempt.ts';
import type { Outcome, StoppedAt } from './outcome.ts';
import { raisedIn } from './raised-in.ts';

/** What is told of a refusal. */
export type RefusalWords = Pick<ServerError, 'sqlstate' | 'routine' | 'message'> & Partial<Pick<ServerError, 'where'>>;

/** undefined_table, undefined_function, invalid_schema_name, undefined_object: what was asked for is not there. */
const absent = new Set(['42P01', '42883', '3F000', '42704']);

/** SQLSTATEs of a server that was busy, full, broken or interrupted: no refusal, whoever asks. */
const interruptions = /^(?:40|53|54|57|58|F0|XX|55P)/;

/**
 * The C functions that report what a row is stopped by, behind the policies. A domain's check (ExecEvalConstraintCheck) and
 * the search for a partition (ExecFindPartition) share their SQLSTATEs and come before them.
 */
const stageOfRoutine: Readonly<Record<string, StoppedAt>> = {
  ExecConstraints: 'constraint',
  ReportNotNullViolationError: 'constraint',
  ExecPartitionCheckEmitError: 'constraint',
  ExecWithCheckOptions: 'constraint',
  _bt_check_unique: 'key',
  check_exclusion_or_unique_constraint: 'key',
  // A deferrable key is not an arbiter, which is said when a row that passed the policies comes to it.
  ExecCheckIndexConstraints: 'key',
  ri_ReportViolation: 'foreign-key',
};

/** The same by SQLSTATE, where a proxy dropped the routine. */
const stageOfState: Readonly<Record<string, StoppedAt>> = {
  '23502': 'constraint',
  '23514': 'constraint',
  '44000': 'constraint',
  '23505': 'key',
  '23P01': 'key',
  '23503': 'foreign-key',
  '23001': 'foreign-key',
};

/**
 * What a refusal means. Missing grants and row-level security share SQLSTATE 42501, so the C function that raised it
 * tells them apart, whatever language the server speaks; the message serves where a proxy dropped it.
 */
export function refusalOf(error: RefusalWords): Pick<Reply, 'outcome' | 'stage' | 'raised_in'> {
  const stage = stageOf(error);
  const name = raisedIn(error.where);
  return {
    outcome: stage === undefined ? outcomeOfUnstopped(error) : `stopped:${error.sqlstate}`,
    ...(stage === undefined ? {} : { stage }),
    ...(name === undefined ? {} : { raised_in: name }),
  };
}

function stageOf({ sqlstate, routine }: RefusalWords): StoppedAt | undefined {
  const isBehindPolicies = sqlstate.startsWith('23') || sqlstate === '44000' || sqlstate === '55000';
  if (!isBehindPolicies) {
    return undefined;
  }
  return routine === undefined ? stageOfState[sqlstate] : stageOfRoutine[routine];
}

/** What a refusal means as a word, whatever it was stopped by. */
export function outcomeOfError(error: RefusalWords): Outcome {
  return refusalOf(error).outcome;
}

function outcomeOfUnstopped({ sqlstate, routine, message }: RefusalWords): Outcome {
  if (interruptions.test(sqlstate)) {
    return 'broken-off';
  }
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
  // A role that may not be assumed is refused where the setting `role` is checked.
  if (
    routine === undefined
      ? /^permission denied (for|to set role) /.test(message)
      : /^(aclcheck_error|call_string_check_hook$)/.test(routine)
  ) {
    return 'denied-by-grant';
  }
  if (
    routine === undefined ? message.includes('violates row-level security policy') : routine === 'ExecWithCheckOptions'
  ) {
    return 'denied-by-rls';
  }
  return `error:${sqlstate}`;
}
