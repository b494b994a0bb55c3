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

/** What an attempt in a tenant context reached, and whether that is proven. */
export interface Assessment {
  /** `foreign`: rows of another tenant, or any row without a tenant. */
  reached: 'none' | 'own' | 'foreign';
  /** Why nobody can do it, not even the superuser; null if somebody can. */
  closedToAll: string | null;
  /** Why the attempt proves nothing; null if it proves something. */
  unproven: string | null;
}

/** What is compared with an attempt. */
export interface Beside {
  /** The same command by the same login as its own tenant. */
  own: Attempt | undefined;
  /** Whether the catalog says that the login lacks the privilege. */
  isDeniedInCatalog?: boolean;
}

/** Whether COPY FROM was refused because of row security. The server always does that (0A000, CopyFrom in copy.c). */
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

/** Closed to everybody: the superuser and the own tenant are stopped at the same place, and nothing was changed. */
function closedBy(attempt: Attempt, own: Attempt | undefined): string | undefined {
  if (isTakenAway(attempt) && (own === undefined || isTakenAway(own))) {
    return 'a trigger or a rule takes every row away, whoever writes it';
  }
  // A trigger may require a tenant, which the superuser has not set. If it lets anybody through, then somebody can.
  const someoneCan = own !== undefined && endingOf(own).kind === 'allowed';
  if (someoneCan || attempt.row_unchanged === false || isRefusedCopy(attempt)) {
    return undefined;
  }
  const ending = endingOf(attempt);
  // A statement that touches no row meets nothing that stops it. Whether anybody can do it is shown only by an attempt that
  // touches a row.
  const cameToNoRow =
    ending.kind === 'hidden' || ending.kind === 'denied-by-rls' || (ending.kind === 'allowed' && ending.rows === 0);
  return cameToNoRow && own !== undefined ? closedToAll(own, own.control) : closedToAll(attempt, attempt.control);
}

/**
 * A write that touches no row and raises no error, even as the superuser and although there is a row, and that left the table
 * unchanged.
 */
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
  // The row that stopped it may belong in part to this session.
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
    // Every context writes a row of `own`, except `unknown-tenant`, which writes its own. A row that exists is always one of
    // `own`.
    const isOwnRow =
      context === 'own-tenant' ||
      context === 'sees-all' ||
      (context === 'unknown-tenant' && command !== 'INSERT ON CONFLICT DO UPDATE');
    return isOwnRow || attempt.others_closed === true ? 'own' : 'foreign';
  }
  if (isStopped) {
    // It is not known whose row it was. If the context has no tenant, it was another's.
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
      // ON CONFLICT DO NOTHING writes no row if the row exists. What it asks of the policies, INSERT alone asks too.
      return command === 'INSERT' ? 'it wrote no row' : null;
    case 'stopped':
      if (attempt.others_closed === true) {
        return null;
      }
      // If a trigger lets the own tenant through, it refused this context.
      if (ending.stage === 'before-trigger') {
        return isOfContext(attempt, own) ? null : noRefusal(attempt);
      }
      // The plain command shows whose rows its variants reach.
      return (command === 'UPDATE' || command === 'DELETE') && context !== 'sees-all'
        ? `it was stopped before it showed whose rows it reaches: ${message ?? outcome}`
        : null;
    case 'error':
      if (isRefusedCopy(attempt)) {
        return null;
      }
      // An error may come before grants are checked, for example from a policy's cast. The grants would have stopped the
      // statement, as they stop the own tenant.
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
      // An error is a refusal if the context caused it: the same command ends otherwise as the own tenant.
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
