import type { ServerError } from '../postgres/sql-error.ts';
import type { Reply } from './attempt.ts';
import type { Outcome, StoppedAt } from './outcome.ts';
import { raisedIn } from './raised-in.ts';

/** The parts of a refusal that tell what it means. */
export type RefusalWords = Pick<ServerError, 'sqlstate' | 'routine' | 'message'> & Partial<Pick<ServerError, 'where'>>;

/** undefined_table, undefined_function, invalid_schema_name, undefined_object: the object does not exist. */
const absent = new Set(['42P01', '42883', '3F000', '42704']);

/** SQLSTATEs of a server that was busy, full, broken or interrupted. They are not refusals. */
const interruptions = /^(?:40|53|54|57|58|F0|XX|55P)/;

/**
 * C functions that report what stopped a row after the policies. A domain's check (ExecEvalConstraintCheck) and the search for a
 * partition (ExecFindPartition) share their SQLSTATEs and come before the policies.
 */
const stageOfRoutine: Readonly<Record<string, StoppedAt>> = {
  ExecConstraints: 'constraint',
  ReportNotNullViolationError: 'constraint',
  ExecPartitionCheckEmitError: 'constraint',
  ExecWithCheckOptions: 'constraint',
  _bt_check_unique: 'key',
  check_exclusion_or_unique_constraint: 'key',
  // A deferrable key cannot be an arbiter. The server reports that only for a row that passed the policies.
  ExecCheckIndexConstraints: 'key',
  ri_ReportViolation: 'foreign-key',
};

/** The same by SQLSTATE, for the case that a proxy dropped the routine. */
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
 * What a refusal means. Missing grants and row-level security share SQLSTATE 42501. The C function that raised it tells them
 * apart in every language of the server; the message is used only if a proxy dropped it.
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

/** What a refusal means, as an outcome, whatever stopped it. */
export function outcomeOfError(error: RefusalWords): Outcome {
  return refusalOf(error).outcome;
}

function outcomeOfUnstopped({ sqlstate, routine, message }: RefusalWords): Outcome {
  if (interruptions.test(sqlstate)) {
    return 'broken-off';
  }
  // An unknown setting shares its SQLSTATE with an unknown type. It means that a policy or function reads a setting without a
  // default.
  const isSetting =
    sqlstate === '42704' &&
    (routine === undefined ? message.startsWith('unrecognized configuration parameter') : routine === 'find_option');
  if (absent.has(sqlstate) && !isSetting) {
    return 'absent';
  }
  if (sqlstate !== '42501') {
    return `error:${sqlstate}`;
  }
  // The server refuses a role that the session may not assume when it checks the setting `role`.
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
