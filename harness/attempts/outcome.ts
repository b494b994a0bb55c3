/**
 * Where a statement was stopped, in the order in which PostgreSQL asks: privileges, BEFORE triggers, policies, constraints,
 * keys, foreign keys and AFTER triggers (ExecInsert and ExecUpdate in nodeModifyTable.c; tried in stages.db.test.ts).
 * `routine`: inside a function that was called, and so past its EXECUTE.
 */
export const stages = ['before-trigger', 'constraint', 'key', 'foreign-key', 'after-trigger', 'routine'] as const;
export type StoppedAt = (typeof stages)[number];

/**
 * How an attempt ended, as the evidence spells it. An `error` is never a pass, and `broken-off` never evidence.
 *
 * @pattern ^(allowed|denied-by-grant|denied-by-rls|hidden|absent|broken-off|(stopped|error):.+)$
 */
export type Outcome =
  | 'allowed'
  | 'denied-by-grant'
  | 'denied-by-rls'
  | 'hidden'
  | 'absent'
  | 'broken-off'
  | `stopped:${string}`
  | `error:${string}`;

/** What one statement did: the outcome, and what the server said of it. */
export interface Reply {
  outcome: Outcome;
  sqlstate: string | null;
  message: string | null;
  /** Rows returned or affected; 0 after an error. */
  rows: number;
  /** Where a statement that is `stopped` was stopped. */
  stage?: StoppedAt;
  /** The function in which an error was raised, as the server names it. */
  raised_in?: string;
}

/** The same statement where it should work: a denial counts only beside it. */
export interface PositiveControl extends Reply {
  /** Who ran it. */
  as: string;
}

/** The same as a value: what ended a statement, and where. */
export type Ending =
  | { kind: 'allowed'; rows: number }
  | { kind: 'denied-by-grant' }
  | { kind: 'denied-by-rls' }
  /** No row came although the control saw some. */
  | { kind: 'hidden' }
  /** The role or the object is not there. */
  | { kind: 'absent' }
  /** Past grants, and past policies from `constraint` on. */
  | { kind: 'stopped'; sqlstate: string; stage: StoppedAt }
  /** The server could not say. */
  | { kind: 'error'; sqlstate: string }
  /** The server's own trouble, which says nothing about privileges. */
  | { kind: 'broken-off' };

/** An outcome taken apart: the one place that reads how the evidence spells it. */
export function parseOutcome(outcome: Outcome): { kind: Ending['kind']; sqlstate: string } {
  const [kind, sqlstate = ''] = outcome.split(':') as [Ending['kind'], string?];
  return { kind, sqlstate };
}

/** A reply as a value. */
export function endingOf({ outcome, rows, stage = 'constraint' }: Pick<Reply, 'outcome' | 'rows' | 'stage'>): Ending {
  const { kind, sqlstate } = parseOutcome(outcome);
  switch (kind) {
    case 'allowed':
      return { kind, rows };
    case 'stopped':
      return { kind, sqlstate, stage };
    case 'error':
      return { kind, sqlstate };
    default:
      return { kind };
  }
}

/** Whether a statement got as far as the rows it would touch: it was executed, or stopped behind every policy. */
export function isPastPolicies(ending: Ending): boolean {
  return ending.kind === 'allowed' || (ending.kind === 'stopped' && ending.stage !== 'before-trigger');
}

/** What a kind of ending says about privileges. */
export interface Meaning {
  /** It was executed, and whatever rows there were, none is known to have been kept back. */
  isAllowed: boolean;
  /** What closed the way; null where neither did. */
  closedBy: 'grants' | 'policies' | null;
  /** The server refused it in words: it did not pass over rows in silence. */
  isRefusal: boolean;
  /** Grants let it in: whatever came then was not a missing privilege. */
  isPastGrants: boolean;
  /** By itself it shows nothing. */
  saysNothing: boolean;
}

const meanings: Record<Ending['kind'], Meaning> = {
  allowed: { isAllowed: true, closedBy: null, isRefusal: false, isPastGrants: true, saysNothing: false },
  hidden: { isAllowed: false, closedBy: 'policies', isRefusal: false, isPastGrants: true, saysNothing: false },
  'denied-by-rls': { isAllowed: false, closedBy: 'policies', isRefusal: true, isPastGrants: true, saysNothing: false },
  'denied-by-grant': { isAllowed: false, closedBy: 'grants', isRefusal: true, isPastGrants: false, saysNothing: false },
  stopped: { isAllowed: false, closedBy: null, isRefusal: false, isPastGrants: true, saysNothing: false },
  absent: { isAllowed: false, closedBy: null, isRefusal: false, isPastGrants: false, saysNothing: true },
  error: { isAllowed: false, closedBy: null, isRefusal: false, isPastGrants: false, saysNothing: true },
  'broken-off': { isAllowed: false, closedBy: null, isRefusal: false, isPastGrants: false, saysNothing: true },
};

/** What an outcome says about privileges: the one table of it. */
export function meaningOf({ outcome }: Pick<Reply, 'outcome'>): Meaning {
  return meanings[parseOutcome(outcome).kind];
}

/** Whether grants let a statement in. */
export function isPastGrants({ kind }: Ending): boolean {
  return meanings[kind].isPastGrants;
}

/** Whether an ending shows nothing about privileges by itself. */
export function saysNothing({ kind }: Ending): boolean {
  return meanings[kind].saysNothing;
}

/** Whether a statement was executed and came to no row. */
export function isEmpty(reply: Pick<Reply, 'outcome' | 'rows'>): boolean {
  return meaningOf(reply).isAllowed && reply.rows === 0;
}

/** Whether a statement was stopped at a row: then there is one, though its reply counts none. What stops a function’s body says nothing of rows. */
export function isStoppedAtRow(reply: Reply): boolean {
  const ending = endingOf(reply);
  return ending.kind === 'stopped' && ending.stage !== 'routine';
}

/** Whether a statement came to a row: it reached some, or was stopped at one. */
export function cameToRow(reply: Reply): boolean {
  return isStoppedAtRow(reply) || (meaningOf(reply).isAllowed && reply.rows > 0);
}

/** Whether an attempt is not an answer: the server broke it off, or its control did not work either. */
export function couldNotBeSetUp(attempt: Reply, control: PositiveControl | null): boolean {
  const { kind } = endingOf(attempt);
  return kind === 'broken-off' || (kind === 'error' && (control === null || !meaningOf(control).isAllowed));
}

/**
 * Statements that PostgreSQL refuses to anybody, whoever asks: no arbiter for ON CONFLICT, a value for a generated column, a
 * view that cannot be changed, a feature that is not there.
 */
const impossible = new Set(['42P10', '428C9', '55000', '42809', '0A000']);

/** Why nobody at all can do it, the superuser included; undefined where somebody can. */
export function closedToAll(attempt: Reply, control: PositiveControl | null): string | undefined {
  if (control === null) {
    return undefined;
  }
  const [mine, theirs] = [endingOf(attempt), endingOf(control)];
  const said = control.message ?? control.outcome;
  if (mine.kind === 'error' && theirs.kind === 'error' && mine.sqlstate === theirs.sqlstate) {
    return impossible.has(mine.sqlstate) ? `nobody can: ${said}` : undefined;
  }
  const byTrigger = (ending: Ending) =>
    ending.kind === 'stopped' && (ending.stage === 'before-trigger' || ending.stage === 'after-trigger');
  return byTrigger(mine) && byTrigger(theirs) ? `a trigger stops everybody: ${said}` : undefined;
}

/**
 * Why a denial is not proven by its positive control, or undefined where it is: the control must have got as far as the
 * denial would have stopped it.
 */
export function unprovenDenial(
  { kind }: Ending,
  control: PositiveControl | null,
  { access, isUpsert = false, isDeniedInCatalog }: { access: string; isUpsert?: boolean; isDeniedInCatalog: boolean },
): string | undefined {
  if (kind !== 'denied-by-grant' && kind !== 'denied-by-rls' && kind !== 'hidden') {
    return undefined;
  }
  // The catalog and the server's own 42501 say the same: two witnesses need no third.
  if (kind === 'denied-by-grant' && isDeniedInCatalog) {
    return undefined;
  }
  const theirs: Ending = control === null ? { kind: 'absent' } : endingOf(control);
  if (kind === 'denied-by-grant' ? isPastGrants(theirs) : isPastPolicies(theirs)) {
    // INSERT … ON CONFLICT DO NOTHING asks the policies before it finds that the row is there.
    const needsRow = kind === 'hidden' || (kind === 'denied-by-rls' && access !== 'INSERT');
    return needsRow && theirs.kind === 'allowed' && theirs.rows === 0
      ? `its positive control (${control!.as}) reached no row`
      : undefined;
  }
  if (theirs.kind === 'stopped') {
    // A row was there for the trigger, which comes behind the policies that hide rows and before those that check new ones. Of ON
    // CONFLICT DO UPDATE it may be the trigger of the UPDATE, behind both; one of the INSERT stops INSERT alone as well.
    return kind === 'hidden' || isUpsert
      ? undefined
      : `a trigger stopped its positive control (${control!.as}) before any policy`;
  }
  return `its positive control did not work: ${control?.message ?? 'none'}`;
}
