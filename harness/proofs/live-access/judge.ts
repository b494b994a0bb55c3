import type { PhaseName } from '../../common/phase.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { declaredColumns, declaredPrivileges, declaredSources } from '../../contract/declared.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { couldNotBeSetUp, type Attempt } from '../../attempts/attempt.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import { hasControl, isRefusedCopy } from '../../attempts/unproven.ts';
import type { Finding } from '../../findings/finding.ts';

/** A finding for each live attempt that ends otherwise than the declared privileges say. */
export function judgeAttempts(contract: ParsedContract, attempts: readonly Attempt[]): Finding[] {
  const judged = attempts
    .filter((attempt) => (attempt.context === 'own-tenant' || attempt.context === 'none') && !couldNotBeSetUp(attempt))
    .filter(
      (attempt) =>
        !isKeptApartOtherwise(contract, attempt) && !isRefusedCopy(attempt) && attempt.command !== 'UPDATE re-home',
    )
    .flatMap((attempt): Finding[] => againstContract(contract, attempt));
  const key = ({ code, identity, object }: Finding, access: string) => JSON.stringify([code, identity, object, access]);
  const said = new Set(judged.map((finding) => key(finding, finding.access!)));
  // A command of several privileges says nothing more where the plain one has said it.
  return judged.filter((finding) =>
    privilegesOf(finding.access!).every(
      (privilege) => privilege === finding.access || !said.has(key(finding, privilege)),
    ),
  );
}

function againstContract(contract: ParsedContract, attempt: Attempt): Finding[] {
  const { identity, object, command, outcome } = attempt;
  const privileges = privilegesOf(command);
  const granted = declaredPrivileges(contract, identity, object);
  const declared = privileges.every((privilege) => granted.has(privilege));
  if (
    !declared &&
    privileges.every(
      (privilege) => granted.has(privilege) || declaredColumns(contract, identity, object, privilege).length > 0,
    )
  ) {
    return [];
  }
  const at = { object, identity, access: command };
  if (declared && outcome !== 'allowed') {
    const message = `${described(attempt)} is declared, but ended as ${outcome}${serverWords(attempt)}`;
    return [
      { code: 'unexpected-closed', severity: 'medium', ...at, message, remedy: openingRemedy(contract, attempt) },
    ];
  }
  if (!declared && (outcome === 'allowed' || outcome === 'hidden')) {
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

/** Row security that is not about tenants may hide every row from a session we know nothing of. */
function isKeptApartOtherwise(contract: ParsedContract, { object, context, outcome }: Attempt): boolean {
  const secured = (contract.tables[object]?.row_security ?? 'off') !== 'off';
  return secured && context === 'none' && (outcome === 'hidden' || outcome === 'denied-by-rls');
}

function described({ identity, command, object, context }: Attempt): string {
  return `${identity} ${command} ${object}${context === 'none' ? '' : ` (${context})`}`;
}

function serverWords({ message, sqlstate }: Attempt): string {
  return message === null ? '' : `: ${message}${sqlstate === null ? '' : ` (SQLSTATE ${sqlstate})`}`;
}

/** The grant that the contract declares, where it is a grant that is missing. */
function openingRemedy(contract: ParsedContract, { identity, object, access, outcome }: Attempt): string {
  const grants = (contract.tables[object] ?? contract.functions[object])?.grants as
    Record<string, readonly string[]> | undefined;
  const grantee = declaredSources(contract, identity).find((source) => grants?.[source]?.includes(access));
  return outcome === 'denied-by-grant' && grantee !== undefined
    ? `GRANT ${access} ON ${object in contract.tables ? 'TABLE' : 'FUNCTION'} ${object} TO ${grantee === 'PUBLIC' ? grantee : quoteIdentifier(grantee)};`
    : 'Compare the grants, the policies and the row the attempt used with the contract.';
}

/** What of the attempts shows nothing, a reason each. */
export function unprovenAttempts(attempts: Record<PhaseName, readonly Attempt[]>): string[] {
  if (attempts.head.length === 0) {
    return ['nothing was attempted as a login'];
  }
  const tried = attempts.head.filter(({ context, access }) => context !== 'none' && access !== 'INSERT');
  const empty = new Set(
    tried.filter(({ outcome, rows }) => outcome === 'allowed' && rows === 0).map(({ object }) => object),
  );
  const nothing = [...empty].map(
    (table) =>
      `head: ${table} has no rows, so nothing shows what its row security lets through: seed it with two tenants`,
  );
  const uncontrolled = (['baseline', 'head'] as const).flatMap((phase) =>
    attempts[phase]
      .filter((attempt) => !hasControl(attempt))
      .map(
        ({ key, outcome, control }) =>
          `${phase}: ${key} ended as ${outcome}, but its positive control ${control?.outcome === 'allowed' ? 'reached no row' : `did not work: ${control?.message ?? 'none'}`}`,
      ),
  );
  const wrong = attempts.head
    .filter((attempt) => (attempt.context === 'own-tenant' || attempt.context === 'none') && couldNotBeSetUp(attempt))
    .map(({ key, message }) => `head: ${key} could not be set up: ${message ?? ''}`);
  return [...nothing, ...wrong, ...uncontrolled];
}
