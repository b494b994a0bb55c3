/**
 * Where a statement was stopped, in the order in which PostgreSQL checks: privileges, BEFORE triggers, policies, constraints,
 * keys, foreign keys and AFTER triggers (ExecInsert and ExecUpdate in nodeModifyTable.c; tried in stages.db.test.ts). `routine`:
 * inside a called function, so its EXECUTE was granted.
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
  /** The stage at which a `stopped` statement was stopped. */
  stage?: StoppedAt;
  /** The function in which an error was raised, as the server names it. */
  raised_in?: string;
}

/** The same statement run by somebody for whom it should work. A denial counts only with such a control. */
export interface PositiveControl extends Reply {
  /** Who ran it. */
  as: string;
}

/** An outcome as a value: how a statement ended, and where. */
export type Ending =
  | { kind: 'allowed'; rows: number }
  | { kind: 'denied-by-grant' }
  | { kind: 'denied-by-rls' }
  /** No row came, although the control saw some. */
  | { kind: 'hidden' }
  /** The role or the object does not exist. */
  | { kind: 'absent' }
  /** It got past grants and, from `constraint` on, past policies. */
  | { kind: 'stopped'; sqlstate: string; stage: StoppedAt }
  /** The server could not say. */
  | { kind: 'error'; sqlstate: string }
  /** The server's own trouble, which says nothing about privileges. */
  | { kind: 'broken-off' };

/** Takes an outcome apart. No other code reads how the evidence spells it. */
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

/** Whether a statement reached the rows that it would touch: it was executed, or stopped behind every policy. */
export function isPastPolicies(ending: Ending): boolean {
  return ending.kind === 'allowed' || (ending.kind === 'stopped' && ending.stage !== 'before-trigger');
}

/** What a kind of ending says about privileges. */
export interface Meaning {
  /** It was executed, and as far as is known no row was withheld. */
  isAllowed: boolean;
  /** What denied access; null if neither did. */
  closedBy: 'grants' | 'policies' | null;
  /** The server refused with an error, rather than silently skip rows. */
  isRefusal: boolean;
  /** Grants allowed it. Whatever came then was not a missing privilege. */
  isPastGrants: boolean;
  /** It proves nothing by itself. */
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

/** What an outcome says about privileges. This is the only table of it. */
export function meaningOf({ outcome }: Pick<Reply, 'outcome'>): Meaning {
  return meanings[parseOutcome(outcome).kind];
}

/** Whether grants allowed a statement. */
export function isPastGrants({ kind }: Ending): boolean {
  return meanings[kind].isPastGrants;
}

/** Whether an ending by itself says nothing about privileges. */
export function saysNothing({ kind }: Ending): boolean {
  return meanings[kind].saysNothing;
}

/** Whether a statement was executed and touched no row. */
export function isEmpty(reply: Pick<Reply, 'outcome' | 'rows'>): boolean {
  return meaningOf(reply).isAllowed && reply.rows === 0;
}

/**
 * Whether a statement was stopped at a row. A row then exists, though the reply counts none. An error in a function's body says
 * nothing about rows.
 */
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
 * Refusals that PostgreSQL gives to everybody: no arbiter for ON CONFLICT, a value for a generated column, a view that cannot be
 * changed, a missing feature.
 */
const impossible = new Set(['42P10', '428C9', '55000', '42809', '0A000']);

/** Why nobody can do it, not even the superuser; undefined if somebody can. */
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
 * Why a positive control does not prove a denial; undefined if it does. The control must have got as far as the point at which
 * the denial stops the statement.
 */
export function unprovenDenial(
  { kind }: Ending,
  control: PositiveControl | null,
  { access, isUpsert = false, isDeniedInCatalog }: { access: string; isUpsert?: boolean; isDeniedInCatalog: boolean },
): string | undefined {
  if (kind !== 'denied-by-grant' && kind !== 'denied-by-rls' && kind !== 'hidden') {
    return undefined;
  }
  // The catalog and the server's own 42501 agree: two witnesses need no third.
  if (kind === 'denied-by-grant' && isDeniedInCatalog) {
    return undefined;
  }
  const theirs: Ending = control === null ? { kind: 'absent' } : endingOf(control);
  if (kind === 'denied-by-grant' ? isPastGrants(theirs) : isPastPolicies(theirs)) {
    // INSERT … ON CONFLICT DO NOTHING checks the policies before it finds the existing row.
    const needsRow = kind === 'hidden' || (kind === 'denied-by-rls' && access !== 'INSERT');
    return needsRow && theirs.kind === 'allowed' && theirs.rows === 0
      ? `its positive control (${control!.as}) reached no row`
      : undefined;
  }
  if (theirs.kind === 'stopped') {
    // The trigger saw a row. It comes after the policies that hide rows and before those that check new ones. With ON CONFLICT DO
    // UPDATE it may be the trigger of the UPDATE, after both; a trigger of the INSERT also stops INSERT alone.
    return kind === 'hidden' || isUpsert
      ? undefined
      : `a trigger stopped its positive control (${control!.as}) before any policy`;
  }
  return `its positive control did not work: ${control?.message ?? 'none'}`;
}
