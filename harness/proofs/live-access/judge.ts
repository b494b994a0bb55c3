import type { Access } from '../../catalog/access/effective-access.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import type { PhaseName } from '../../common/phase.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnsIn, entryOf, inheritedPrivileges, inheritedSources } from '../../contract/declared.ts';
import { isRefusedCopy } from '../../attempts/assess.ts';
import { isNobody, isUsual, whoIs, type Attempt } from '../../attempts/attempt.ts';
import { showsDeclared } from '../../attempts/shows-declared.ts';
import { hasSessions } from '../../contract/sessions.ts';
import { closedToAll, endingOf, isPastGrants, meaningOf, unprovenDenial } from '../../attempts/outcome.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { IsDenied } from '../fail-closed/cells.ts';
import type { Finding } from '../../findings/finding.ts';
import { openingRemedy } from './opening-remedy.ts';

/** A finding for each live attempt that ends otherwise than the declared privileges say; `access` is what the catalog shows beside it. */
export function judgeAttempts(
  contract: ParsedContract,
  attempts: readonly Attempt[],
  access: readonly Access[] = [],
): Finding[] {
  const judged = attempts
    .filter((attempt) => showsDeclared(contract, attempt) && whyNotSetUp(attempt) === undefined)
    .filter(
      (attempt) =>
        !isKeptApartOtherwise(contract, attempt) &&
        !isRefusedCopy(attempt) &&
        attempt.command !== 'UPDATE re-home' &&
        !isRefusedMerge(attempt),
    )
    .flatMap((attempt): Finding[] => againstContract(contract, attempt, access));
  const key = ({ code, identity, object }: Finding, access: string) => JSON.stringify([code, identity, object, access]);
  const said = new Set(judged.map((finding) => key(finding, finding.access!)));
  // A command of several privileges says nothing more where the plain one has said it.
  return judged.filter((finding) =>
    privilegesOf(finding.access!).every(
      (privilege) => privilege === finding.access || !said.has(key(finding, privilege)),
    ),
  );
}

/** Whether a declared access works: executed, or past grants and policies and stopped by what stops the superuser too. */
function isServed(attempt: Attempt): boolean {
  const ending = endingOf(attempt);
  // Its body met the policies of a table, without the tenant that nobody has set: EXECUTE was there.
  if (attempt.access === 'EXECUTE' && ending.kind === 'denied-by-rls' && attempt.raised_in !== undefined) {
    return true;
  }
  if (ending.kind !== 'stopped') {
    return ending.kind === 'allowed' || closedToAll(attempt, attempt.control) !== undefined;
  }
  // On others' rows it meets nothing, so it was one of its own that the trigger looked at.
  if (attempt.others_closed === true) {
    return true;
  }
  // A row that meets a constraint or a key is the row's fault, and what a trigger or a body says of everybody is not the login's.
  return ending.stage === 'routine' || ending.stage.endsWith('trigger')
    ? attempt.control !== null && endingOf(attempt.control).kind !== 'allowed'
    : true;
}

/** Why an attempt that ended in an error is not an answer; undefined where it is one. */
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

function againstContract(contract: ParsedContract, attempt: Attempt, access: readonly Access[]): Finding[] {
  const { identity, object, command, outcome } = attempt;
  const privileges = privilegesOf(command);
  const granted = inheritedPrivileges(contract, identity, object);
  const isWhole = privileges.every((privilege) => granted.has(privilege));
  const declared =
    isWhole || privileges.every((privilege) => granted.has(privilege) || columnsIn(granted, privilege).length > 0);
  // Whether a command of several privileges works by the columns declared for each is for the server to say.
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
        remedy: openingRemedy(contract, attempt, access),
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

/** A rule that does nothing instead drops the statement before any privilege is asked for, whoever sends it. */
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

/** What everybody holds is used by those who may use the schema: to the others nothing was promised. */
function isOutOfReach(contract: ParsedContract, { identity, object }: Attempt): boolean {
  const [schema] = nameParts(object);
  const grants = entryOf(contract, object)?.grants;
  const isItsOwn = inheritedSources(contract, identity).some(
    (source) => source !== 'PUBLIC' && grants?.[source] !== undefined,
  );
  const isContracted = Object.hasOwn(contract.schemas, schema!);
  return !isItsOwn && isContracted && !inheritedPrivileges(contract, identity, schema!).has('USAGE');
}

/** MERGE is refused a row that SELECT shows and the policy of its action hides; the plain command passes it over, and is judged. */
function isRefusedMerge(attempt: Attempt): boolean {
  const { closedBy, isRefusal } = meaningOf(attempt);
  return attempt.command.startsWith('MERGE ') && closedBy === 'policies' && isRefusal;
}

/** Row security that is not about tenants may hide every row from a session we know nothing of, or that is nobody. */
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

/** What of the attempts shows nothing. Cells of the fail-closed matrix are judged there. */
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
