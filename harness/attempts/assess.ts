import { roleTaken, type Attempt } from './attempt.ts';
import {
  closedToAll,
  endingOf,
  isPastGrants,
  isPastPolicies,
  isStoppedAtRow,
  isEmpty,
  unprovenDenial,
  type Ending,
} from './outcome.ts';

/** What an attempt in a tenant context reached, and whether that is shown. */
export interface Assessment {
  /** `foreign`: rows of another tenant, or any row without a tenant. */
  reached: 'none' | 'own' | 'foreign';
  /** Why nobody can do it, the superuser included; null where somebody can. */
  closedToAll: string | null;
  /** Why the attempt shows nothing; null where it does. */
  unproven: string | null;
}

/** What stands beside an attempt. */
export interface Beside {
  /** The same login's same command as the own tenant. */
  own: Attempt | undefined;
  /** Whether the catalog says that the login lacks the privilege. */
  isDeniedInCatalog?: boolean;
}

/** COPY FROM is refused under row security, by the server's own rule and in every context (0A000, CopyFrom in copy.c). */
export function isRefusedCopy({ command, outcome, rows }: Pick<Attempt, 'command' | 'outcome' | 'rows'>): boolean {
  const ending = endingOf({ outcome, rows });
  return command === 'COPY FROM' && ending.kind === 'error' && ending.sqlstate === '0A000';
}

/** What an attempt in a tenant context reached, and whether that is proven. */
export function assess(attempt: Attempt, beside: Beside): Assessment {
  const ending = endingOf(attempt);
  const reached = reachedBy(attempt, ending);
  const nobody = closedBy(attempt, beside.own);
  if (nobody !== undefined) {
    return { reached: 'none', closedToAll: nobody, unproven: null };
  }
  return { reached, closedToAll: null, unproven: reached === 'foreign' ? null : unprovenBy(attempt, ending, beside) };
}

/** Closed to everybody: the superuser and the own tenant are stopped alike, and nothing was changed. */
function closedBy(attempt: Attempt, own: Attempt | undefined): string | undefined {
  if (isTakenAway(attempt) && (own === undefined || isTakenAway(own))) {
    return 'a trigger or a rule takes every row away, whoever writes it';
  }
  // A trigger may ask for a tenant, which the superuser has not set: whoever it lets through shows that somebody can.
  const someoneCan = own !== undefined && endingOf(own).kind === 'allowed';
  if (someoneCan || attempt.row_unchanged === false || isRefusedCopy(attempt)) {
    return undefined;
  }
  const ending = endingOf(attempt);
  // What came to no row came to nothing that stops; whether anybody could is shown by whoever comes to one.
  const cameToNoRow =
    ending.kind === 'hidden' || ending.kind === 'denied-by-rls' || (ending.kind === 'allowed' && ending.rows === 0);
  return cameToNoRow && own !== undefined ? closedToAll(own, own.control) : closedToAll(attempt, attempt.control);
}

/** A write that touches no row without an error, of the superuser's too, though a row is there, and that left the table as it was. */
function isTakenAway(attempt: Attempt): boolean {
  const { command, access, control, unproven, row_unchanged } = attempt;
  const isPlain = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
  const isNone = isEmpty(attempt) && control !== null && isEmpty(control);
  return isPlain && access === command && isNone && unproven === undefined && row_unchanged === true;
}

const asTenant = new Set([
  'own-tenant',
  'other-tenant',
  'reused-by-other-tenant',
  'sees-all',
  // What is theirs in part, the row that was stopped may be.
  'partly-set',
  'mixed',
]);

function reachedBy(attempt: Attempt, ending: Ending): Assessment['reached'] {
  const { command, access, context, rows, foreign_rows, row_unchanged } = attempt;
  if (row_unchanged === false) {
    return 'foreign';
  }
  const isStopped = ending.kind === 'stopped';
  if (isStopped && foreign_rows > 0) {
    return 'foreign';
  }
  if (!isPastPolicies(ending)) {
    return 'none';
  }
  if (command === 'UPDATE re-home') {
    return isStopped || rows > 0 ? 'foreign' : 'none';
  }
  if (access === 'INSERT' && !isStopped && rows === 0) {
    return 'none';
  }
  if (access === 'INSERT' && foreign_rows > 0) {
    return 'foreign';
  }
  if (access === 'INSERT') {
    // `own` is written in every context but that of the unknown tenant, which writes its own; a row that is there is always of `own`.
    const isOwnRow =
      context === 'own-tenant' ||
      context === 'sees-all' ||
      (context === 'unknown-tenant' && command !== 'INSERT ON CONFLICT DO UPDATE');
    return isOwnRow || attempt.others_closed === true ? 'own' : 'foreign';
  }
  if (isStopped) {
    // Whose row it was is not known; where the context has none, it was another's.
    return asTenant.has(context) || (context === 'hostile' && attempt.others_closed === true) ? 'own' : 'foreign';
  }
  return foreign_rows > 0 ? 'foreign' : rows > 0 ? 'own' : 'none';
}

function unprovenBy(attempt: Attempt, ending: Ending, { own, isDeniedInCatalog = false }: Beside): string | null {
  const { command, access, context, control, message, outcome } = attempt;
  const denial = unprovenDenial(ending, control, {
    access,
    isUpsert: command === 'INSERT ON CONFLICT DO UPDATE',
    isDeniedInCatalog,
  });
  if (ending.kind === 'denied-by-grant' && denial === undefined) {
    return null;
  }
  if (attempt.unproven !== undefined) {
    return attempt.unproven;
  }
  switch (ending.kind) {
    case 'absent':
    case 'broken-off':
      return noRefusal(attempt);
    case 'allowed':
      if (ending.rows > 0 || (control !== null && isStoppedAtRow(control))) {
        return null;
      }
      if (access !== 'INSERT') {
        return 'there is no row to hide';
      }
      // ON CONFLICT DO NOTHING writes none where the row is there: what it asks of policies, INSERT alone does.
      return command === 'INSERT' ? 'it wrote no row' : null;
    case 'stopped':
      if (attempt.others_closed === true) {
        return null;
      }
      // A trigger that lets the own tenant through is a refusal of this context.
      if (ending.stage === 'before-trigger') {
        return isOfContext(attempt, own) ? null : noRefusal(attempt);
      }
      // Whose rows the others of a kind reach, the plain command shows.
      return (command === 'UPDATE' || command === 'DELETE') && context !== 'sees-all'
        ? `it was stopped before it showed whose rows it reaches: ${message ?? outcome}`
        : null;
    case 'error':
      if (isRefusedCopy(attempt)) {
        return null;
      }
      // An error may come before grants are asked, as by a policy's cast: they would have stopped it, as they stop the own tenant.
      if (
        isDeniedInCatalog &&
        roleTaken(attempt.value ?? '') === undefined &&
        own !== undefined &&
        isDenied(endingOf(own))
      ) {
        return null;
      }
      if (control === null || !isPastGrants(endingOf(control))) {
        return `its positive control (${control?.as ?? 'none'}) ended in an error too: ${control?.message ?? message ?? outcome}`;
      }
      // An error is a refusal where the context made it: as the own tenant the same command ends otherwise.
      return isOfContext(attempt, own) && context !== 'own-tenant' ? null : noRefusal(attempt);
    default:
      return denial ?? null;
  }
}

function isDenied({ kind }: Ending): boolean {
  return kind === 'denied-by-grant';
}

function isOfContext({ context, outcome }: Attempt, own: Attempt | undefined): boolean {
  return context !== 'own-tenant' && own?.outcome !== outcome;
}

function noRefusal({ message, outcome }: Attempt): string {
  return `it failed for a reason that is not a refusal: ${message ?? outcome}`;
}
