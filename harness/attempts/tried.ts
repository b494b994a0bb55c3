import { sql, type SqlText } from '../common/sql.ts';
import type { Answers } from '../postgres/flight.ts';
import { keyIn, type Attempt, type PositiveControl, type Reply } from './attempt.ts';
import { cameToRow, endingOf, isEmpty, isPastPolicies, parseOutcome } from './outcome.ts';
import type { ContextEntry } from './tenant-context.ts';
import { isWrite, type Trial } from './trial.ts';
import { replyOf } from './try-statement.ts';

/** What a trial came to as a login. */
export type Tried = Reply &
  Pick<
    Attempt,
    'foreign_rows' | 'others_closed' | 'unproven' | 'value' | 'missing_rows' | 'foreign_row' | 'missing_row'
  >;

/** A trial in one entry of its context. */
export interface Try {
  trial: Trial;
  entry: ContextEntry;
  /** What is run before it, in the same message. */
  first?: readonly SqlText[];
}

/** The query for rows too many, where rows are read and nothing else says how many they are. */
export function foreignOf({ trial, entry }: Pick<Try, 'trial' | 'entry'>): SqlText | undefined {
  return trial.access === 'SELECT' ? trial.rowsOf?.(entry.record)?.foreign : undefined;
}

/** What the answers to a try say. */
export function triedOf({ trial, entry, first = [] }: Try, all: Answers): Tried {
  const expected = trial.rowsOf?.(entry.record);
  const asksForeign = foreignOf({ trial, entry }) !== undefined;
  const answers = { ...all, counts: all.counts.slice(first.length), firsts: all.firsts.slice(first.length) };
  // An error behind the trial's own statement is of the question about foreign rows.
  const reply = replyOf(asksForeign || answers.error === undefined ? answers : { ...answers, counts: [] });
  // A changed row, or one whose tenant the login may not read, cannot be asked: what is more than the tenant has is not its own.
  const foreign_rows =
    expected === undefined || expected.every === true || reply.rows === 0
      ? 0
      : (answers.counts[1] ?? Math.max(0, reply.rows - expected.own));
  // A write may come to rows of its tenant that it may not read; MERGE reads what it writes.
  const isUnclear =
    foreign_rows > 0 && isWrite(trial) && !trial.command.startsWith('MERGE') && expected?.mayBeMore === true;
  const isExact = expected?.exact === true && trial.command === 'SELECT' && entry.mustSee === true;
  const missing = isExact && reply.sqlstate === null ? expected.own - (reply.rows - foreign_rows) : 0;
  const witness = asksForeign && foreign_rows > 0 ? answers.firsts[1] : undefined;
  const isWritten = trial.isOneTenants === true && isPastPolicies(endingOf(reply)) && cameToRow(reply);
  const isForeign = isWritten && trial.writesForeign!(entry.record);
  return {
    ...reply,
    foreign_rows: isForeign ? Math.max(1, reply.rows) : foreign_rows,
    ...(isWritten && !isForeign ? { others_closed: true } : {}),
    ...(witness == null ? {} : { foreign_row: witness }),
    ...(missing > 0 ? { missing_rows: missing } : {}),
    ...(entry.value === undefined ? {} : { value: entry.value }),
    ...(isUnclear ? { unproven: unclear } : {}),
  };
}

const unclear =
  'it reached more rows than anybody who can be used here sees of its tenant: whose they are is not known';

/**
 * Statements of which the last tells whose rows a write reaches: it itself on the rows that are not its tenant's, or one that looks
 * at what it wrote. Undefined where it is not a write, or that is clear already.
 */
export function onOthers({ trial, entry }: Pick<Try, 'trial' | 'entry'>, tried: Tried): SqlText[] | undefined {
  const { command, object } = trial;
  const written = onWritten({ trial, entry }, tried);
  if (written !== undefined) {
    return [written];
  }
  const others = entry.record === null ? undefined : trial.rowsOf?.(entry.record)?.others;
  const isClear =
    endingOf(tried).kind !== 'stopped' &&
    !isRaised(tried) &&
    (tried.rows === 0 || (tried.foreign_rows > 0 && tried.unproven === undefined));
  if (others === undefined || isClear || (command !== 'UPDATE' && command !== 'DELETE')) {
    return undefined;
  }
  const statement: SqlText = trial.sql.replace(object, () => sql`${object} as t`);
  // A trigger for the whole statement fires whatever the rows.
  return [sql`${statement} where false`, sql`${statement} where ${others}`];
}

/** The statement that tells whose a row is that an INSERT wrote for another tenant; undefined where it wrote none. */
function onWritten({ trial, entry }: Pick<Try, 'trial' | 'entry'>, tried: Tried): SqlText | undefined {
  const isForeign = trial.context === 'other-tenant' || trial.context === 'reused-by-other-tenant';
  return isForeign && entry.record !== null && tried.rows > 0 ? trial.written?.(entry.record) : undefined;
}

/** Whether a function raised its error: a trigger’s, it may be. */
export function isRaised({ outcome, raised_in: raisedIn }: Reply): boolean {
  return raisedIn !== undefined && parseOutcome(outcome).kind === 'error';
}

/** What is known of a write by the answers to `onOthers`, of which `last` is the last: a refusal by grant, of a column in it, says nothing. */
export function withOthers(tried: Tried, answers: Answers, last: number): Tried {
  if (answers.counts.length < last) {
    return tried;
  }
  const reply = replyOf(answers, last);
  const ending = endingOf(reply);
  if (ending.kind === 'allowed' && ending.rows === 0) {
    return { ...tried, others_closed: true };
  }
  const isStopped = ending.kind === 'stopped' || (isRaised(reply) && reply.raised_in === tried.raised_in);
  return isStopped || reply.rows > 0 ? { ...withoutDoubt(tried), foreign_rows: Math.max(1, reply.rows) } : tried;
}

/** The same, now that it is known whose the rows are. */
export function withoutDoubt(tried: Tried): Tried {
  const { unproven: doubt, ...rest } = tried;
  return doubt === undefined ? tried : rest;
}

/** Whether a statement got past grants and policies to a row, though a constraint may have stopped it there. */
export function hasGotThrough({ rowsOf }: Trial, tried: Tried): boolean {
  const isStopped = endingOf(tried).kind === 'stopped' && tried.others_closed !== true;
  return isStopped || (rowsOf === undefined ? tried.rows : tried.foreign_rows) > 0;
}

/** The attempt that a trial came to, beside its control. */
export function attemptOf(
  { identity, session, object, command, access, context, shown, unproven }: Trial,
  { foreign_rows, ...reply }: Tried,
  control: PositiveControl,
): Attempt {
  const who = {
    identity,
    ...(session.name === null ? {} : { session: session.name }),
    ...(session.role === null ? {} : { login: session.login }),
  };
  const attempt: Attempt = {
    kind: 'attempt',
    key: keyIn({ ...who, object, command }, context),
    ...who,
    object,
    command,
    access,
    context,
    ...reply,
    sql: shown,
    // A row of which nobody knows whose it is has not been shown to be another's.
    foreign_rows: reply.unproven === undefined ? foreign_rows : 0,
    control,
  };
  // An empty answer where there is something to see.
  if (access !== 'INSERT' && isEmpty(attempt) && cameToRow(control)) {
    attempt.outcome = 'hidden';
  }
  return unproven === undefined ? attempt : { ...attempt, unproven };
}
