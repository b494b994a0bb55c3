import { sql, type SqlText } from '../common/sql.ts';
import type { Answers } from '../postgres/flight.ts';
import { keyIn, type Attempt, type PositiveControl, type Reply } from './attempt.ts';
import { cameToRow, endingOf, isEmpty, isPastPolicies, parseOutcome } from './outcome.ts';
import type { ContextEntry } from './tenant-context.ts';
import { isWrite, type Trial } from './trial.ts';
import { replyOf } from './try-statement.ts';

/** The result of a trial as a login. */
export type Tried = Reply &
  Pick<
    Attempt,
    'foreign_rows' | 'others_closed' | 'unproven' | 'value' | 'missing_rows' | 'foreign_row' | 'missing_row'
  >;

/** A trial in one entry of its context. */
export interface Try {
  trial: Trial;
  entry: ContextEntry;
  /** Statements that run before it, in the same message. */
  first?: readonly SqlText[];
}

/** The query for rows that are too many, for a read whose row count alone does not tell. */
export function foreignOf({ trial, entry }: Pick<Try, 'trial' | 'entry'>): SqlText | undefined {
  return trial.access === 'SELECT' ? trial.rowsOf?.(entry.record)?.foreign : undefined;
}

/** The result of a try, from the answers. */
export function triedOf({ trial, entry, first = [] }: Try, all: Answers): Tried {
  const expected = trial.rowsOf?.(entry.record);
  const asksForeign = foreignOf({ trial, entry }) !== undefined;
  const answers = { ...all, counts: all.counts.slice(first.length), firsts: all.firsts.slice(first.length) };
  // An error after the trial's own statement comes from the question about foreign rows.
  const reply = replyOf(asksForeign || answers.error === undefined ? answers : { ...answers, counts: [] });
  // The owner of a changed row cannot be asked, nor that of a row whose tenant the login may not read. Rows beyond the tenant's
  // number are foreign.
  const foreign_rows =
    expected === undefined || expected.every === true || reply.rows === 0
      ? 0
      : (answers.counts[1] ?? Math.max(0, reply.rows - expected.own));
  // A write may touch rows of its tenant that it may not read. MERGE reads what it writes.
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
 * Statements of which the last shows whose rows a write reaches: the write restricted to rows of others, or a query for what it
 * wrote. Undefined if the trial is not a write, or the answer is clear already.
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
  // A statement-level trigger fires whatever the rows.
  return [sql`${statement} where false`, sql`${statement} where ${others}`];
}

/** The statement that shows who owns the row that an INSERT wrote for another tenant; undefined if it wrote none. */
function onWritten({ trial, entry }: Pick<Try, 'trial' | 'entry'>, tried: Tried): SqlText | undefined {
  const isForeign = trial.context === 'other-tenant' || trial.context === 'reused-by-other-tenant';
  return isForeign && entry.record !== null && tried.rows > 0 ? trial.written?.(entry.record) : undefined;
}

/** Whether a function raised the error, possibly a trigger's. */
export function isRaised({ outcome, raised_in: raisedIn }: Reply): boolean {
  return raisedIn !== undefined && parseOutcome(outcome).kind === 'error';
}

/**
 * What the answers to `onOthers` say about a write; `last` is the index of the last one. A refusal by grant, of a column in it,
 * says nothing.
 */
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

/** The result without its doubt, now that the owner of the rows is known. */
export function withoutDoubt(tried: Tried): Tried {
  const { unproven: doubt, ...rest } = tried;
  return doubt === undefined ? tried : rest;
}

/** Whether a statement got past grants and policies to a row, even if a constraint may have stopped it there. */
export function hasGotThrough({ rowsOf }: Trial, tried: Tried): boolean {
  const isStopped = endingOf(tried).kind === 'stopped' && tried.others_closed !== true;
  return isStopped || (rowsOf === undefined ? tried.rows : tried.foreign_rows) > 0;
}

/** The attempt from a trial's result and its control. */
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
    // A row with an unknown owner does not prove that a foreign row was reached.
    foreign_rows: reply.unproven === undefined ? foreign_rows : 0,
    control,
  };
  // Nothing came, although there are rows to see.
  if (access !== 'INSERT' && isEmpty(attempt) && cameToRow(control)) {
    attempt.outcome = 'hidden';
  }
  return unproven === undefined ? attempt : { ...attempt, unproven };
}
