import type { Access } from '../../catalog/access/effective-access.ts';
import type { Fact } from '../../catalog/fact.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import type { PhaseName } from '../../common/phase.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnsIn, entryOf, inheritedPrivileges, inheritedSources } from '../../contract/declared.ts';
import { isRefusedCopy } from '../../attempts/assess.ts';
import { isNobody, isUsual, whoIs, type Attempt } from '../../attempts/attempt.ts';
import { isOutOfStack } from '../../attempts/recursion.ts';
import { showsDeclared } from '../../attempts/shows-declared.ts';
import { hasSessions } from '../../contract/sessions.ts';
import { closedToAll, endingOf, isPastGrants, meaningOf, unprovenDenial } from '../../attempts/outcome.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { IsDenied } from '../fail-closed/cells.ts';
import type { Finding } from '../../findings/finding.ts';
import { openingRemedy } from './opening-remedy.ts';

/** A finding for each live attempt that ends otherwise than the declared privileges say. `access` and `facts` are what the catalog shows. */
export function judgeAttempts(
  contract: ParsedContract,
  attempts: readonly Attempt[],
  access: readonly Access[] = [],
  facts: readonly Fact[] = [],
): Finding[] {
  const judged = attempts
    .filter((attempt) => showsDeclared(contract, attempt) && whyNotSetUp(attempt) === undefined)
    .filter(
      (attempt) =>
        !isKeptApartOtherwise(contract, attempt) &&
        !isRefusedCopy(attempt) &&
        // One finding says it of all. What the server refuses before it runs anything (42P17) is told of each privilege, too.
        !isOutOfStack(attempt) &&
        attempt.command !== 'UPDATE re-home' &&
        !isRefusedMerge(attempt),
    )
    .flatMap((attempt): Finding[] => againstContract(contract, attempt, { access, facts }));
  const key = ({ code, identity, object }: Finding, access: string) => JSON.stringify([code, identity, object, access]);
  const said = new Set(judged.map((finding) => key(finding, finding.access!)));
  // A command that needs several privileges adds nothing if the plain command made a finding.
  return judged.filter((finding) =>
    privilegesOf(finding.access!).every(
      (privilege) => privilege === finding.access || !said.has(key(finding, privilege)),
    ),
  );
}

/**
 * Whether a declared access works: it was executed, or it got past grants and policies and was stopped where the superuser is
 * stopped too.
 */
function isServed(attempt: Attempt): boolean {
  const ending = endingOf(attempt);
  // The body met the policies of a table, without a tenant: EXECUTE was granted.
  if (attempt.access === 'EXECUTE' && ending.kind === 'denied-by-rls' && attempt.raised_in !== undefined) {
    return true;
  }
  if (ending.kind !== 'stopped') {
    return ending.kind === 'allowed' || closedToAll(attempt, attempt.control) !== undefined;
  }
  // It touches no rows of others, so the trigger looked at one of its own.
  if (attempt.others_closed === true) {
    return true;
  }
  // A constraint or a key refuses the row, not the login. What a trigger or a body refuses to everybody is not about the login
  // either.
  return ending.stage === 'routine' || ending.stage.endsWith('trigger')
    ? attempt.control !== null && endingOf(attempt.control).kind !== 'allowed'
    : true;
}

/** Why an attempt that ended in an error is not an answer; undefined if it is one. */
function whyNotSetUp(attempt: Attempt): string | undefined {
  const { control, message, outcome } = attempt;
  const { kind } = endingOf(attempt);
  const isNoAnswer =
    kind === 'broken-off' ||
    (kind === 'error' &&
      !isRefusedCopy(attempt) &&
      (control === null || !isPastGrants(endingOf(control))) &&
      closedToAll(attempt, control) === undefined);
  return isNoAnswer ? (message ?? outcome) : undefined;
}

function againstContract(
  contract: ParsedContract,
  attempt: Attempt,
  { access, facts }: { access: readonly Access[]; facts: readonly Fact[] },
): Finding[] {
  const { identity, object, command, outcome } = attempt;
  const privileges = privilegesOf(command);
  const granted = inheritedPrivileges(contract, identity, object);
  const isWhole = privileges.every((privilege) => granted.has(privilege));
  const declared =
    isWhole || privileges.every((privilege) => granted.has(privilege) || columnsIn(granted, privilege).length > 0);
  // Only the server can tell whether the declared columns are enough for a command that needs several privileges.
  if (declared && !isWhole && privileges.length > 1) {
    return [];
  }
  const at = { object, identity, access: command };
  const ending = endingOf(attempt);
  if (declared && !isServed(attempt) && !isOutOfReach(contract, attempt)) {
    const message = `${described(attempt)} is declared, but ended as ${outcome}${serverWords(attempt)}${unseen(attempt)}`;
    return [
      {
        code: 'unexpected-closed',
        severity: 'medium',
        ...at,
        message,
        ...openingRemedy(contract, attempt, access, facts),
      },
    ];
  }
  if (!declared && ending.kind !== 'denied-by-rls' && isPastGrants(ending) && !isDoneAway(attempt, access)) {
    const message = `${described(attempt)} was executed and ended as ${outcome}; the contract does not declare it`;
    const missing = privileges.find((privilege) => !granted.has(privilege))!;
    return [
      {
        code: 'undeclared-access',
        severity: 'high',
        ...at,
        message,
        remedy: `Find the path with: rolecall why ${identity} ${missing} ${object}`,
      },
    ];
  }
  return [];
}

/** A DO INSTEAD NOTHING rule drops the statement before any privilege is checked, for everybody. */
function isDoneAway(attempt: Attempt, access: readonly Access[]): boolean {
  const { identity, object, access: privilege, row_unchanged } = attempt;
  const isNothing = [attempt, attempt.control].every(
    (one) => one !== null && meaningOf(one).isAllowed && one.rows === 0,
  );
  return (
    isNothing &&
    isWriting.has(privilege) &&
    row_unchanged !== false &&
    !access.some((one) => one.identity === identity && one.object === object && one.privilege === privilege)
  );
}

const isWriting: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE']);

/** A privilege of PUBLIC is promised only to roles that may use the schema. */
function isOutOfReach(contract: ParsedContract, { identity, object }: Attempt): boolean {
  const [schema] = nameParts(object);
  const grants = entryOf(contract, object)?.grants;
  const isItsOwn = inheritedSources(contract, identity).some(
    (source) => source !== 'PUBLIC' && grants?.[source] !== undefined,
  );
  const isContracted = Object.hasOwn(contract.schemas, schema!);
  return !isItsOwn && isContracted && !inheritedPrivileges(contract, identity, schema!).has('USAGE');
}

/**
 * MERGE raises an error for a row that SELECT shows and the policy of its action hides. The plain command skips the row, and is
 * judged.
 */
function isRefusedMerge(attempt: Attempt): boolean {
  const { closedBy, isRefusal } = meaningOf(attempt);
  return attempt.command.startsWith('MERGE ') && closedBy === 'policies' && isRefusal;
}

/** Row security that is not about tenants may hide every row from a session that is unknown to it or has no tenant. */
function isKeptApartOtherwise(contract: ParsedContract, attempt: Attempt): boolean {
  const { object, context } = attempt;
  const { row_security = 'off', rows } = contract.tables[object] ?? {};
  return (
    meaningOf(attempt).closedBy === 'policies' &&
    ((row_security !== 'off' && context === 'none') || rows === 'none' || isNobody(attempt, hasSessions(contract)))
  );
}

function described(attempt: Attempt): string {
  const { command, object, context } = attempt;
  return `${whoIs(attempt)} ${command} ${object}${context === 'none' ? '' : ` (${context})`}`;
}

function serverWords({ message, sqlstate }: Attempt): string {
  return message === null ? '' : `: ${message}${sqlstate === null ? '' : ` (SQLSTATE ${sqlstate})`}`;
}

function unseen({ missing_row: key }: Attempt): string {
  return key === undefined ? '' : `; the contract says that it must see ${key}`;
}

/** Attempts that prove nothing. The fail-closed matrix judges its own cells. */
export function unprovenAttempts(
  attempts: Record<PhaseName, readonly Attempt[]>,
  isDenied: Record<PhaseName, IsDenied>,
): Unproven[] {
  if (attempts.head.length === 0) {
    return [
      {
        phase: 'head',
        object: 'attempts',
        identity: '',
        access: '',
        reason: 'nothing was attempted as a login',
        nothing_ran: true,
      },
    ];
  }
  const of = (phase: PhaseName, { object, identity, command }: Attempt, reason: string): Unproven => ({
    phase,
    object,
    identity,
    access: command,
    reason,
  });
  const uncontrolled = (['baseline', 'head'] as const).flatMap((phase) =>
    attempts[phase]
      .filter(({ context }) => phase === 'baseline' || context === 'none')
      .flatMap((attempt) => {
        const { identity, object, command, control } = attempt;
        const isDeniedInCatalog = privilegesOf(command).some((one) => isDenied[phase](identity, object, one));
        const reason = unprovenDenial(endingOf(attempt), control, { access: attempt.access, isDeniedInCatalog });
        return reason === undefined
          ? []
          : [of(phase, attempt, `${reason}, so that it ended as ${attempt.outcome} shows nothing`)];
      }),
  );
  const wrong = attempts.head
    .filter((attempt) => isUsual(attempt, false))
    .flatMap((attempt) => {
      const reason = whyNotSetUp(attempt);
      return reason === undefined ? [] : [of('head', attempt, `it could not be set up: ${reason}`)];
    });
  return [...wrong, ...uncontrolled];
}
