import type { ParsedContract } from '../../contract/contract.ts';
import { declaredColumns, declaredPrivileges, declaredSources } from '../../contract/declared.ts';
import type { AssertionChange } from '../suites/assertion-changes.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import { couldNotBeSetUp, type Attempt } from '../../attempts/attempt.ts';
import type { FailClosedCell } from '../fail-closed/cells.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import { isRefusedCopy } from '../../attempts/unproven.ts';
import type { ControlRun } from '../../pgtap/run-control.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import type { DeficiencyResult } from '../deficiencies/judge.ts';
import type { Finding } from '../../findings/finding.ts';
import { judgeTenantCells } from '../fail-closed/judge.ts';
import type { TruthRow } from '../truth-table/judge.ts';

/** Findings of what was run at head: suites, controls, attempts, and where the witnesses of one fact disagree. */
export interface RuntimeObservations {
  assertions: readonly AssertionChange[];
  suites: readonly SuiteRun[];
  controls: readonly ControlRun[];
  attempts: readonly Attempt[];
  failClosed: readonly FailClosedCell[];
  truthTable: readonly TruthRow[];
  deficiencies: readonly DeficiencyResult[];
}

export function judgeRuntime(contract: ParsedContract, seen: RuntimeObservations): Finding[] {
  return [
    ...failedAssertions(seen),
    ...seen.controls.filter(({ noticed }) => !noticed).map(unnoticedControl),
    ...judgeTenantCells(contract, seen.failClosed),
    ...attemptsAgainstContract(contract, seen.attempts),
    ...seen.truthTable.flatMap(disagreement),
    ...seen.deficiencies
      .filter(
        ({ status, head }) =>
          (status === 'still-red' || status === 'broken') && head.some(({ met, unproven }) => !met && !unproven),
      )
      .map(openDeficiency),
  ];
}

function failedAssertions({ assertions, suites }: RuntimeObservations): Finding[] {
  return assertions
    .filter(({ head }) => head === 'not-ok')
    .map(({ suite, number, name }) => {
      const run = suites.find((one) => one.suite === suite);
      const diagnostics = run?.assertions.find((one) => one.number === number)?.diagnostics;
      return {
        code: 'assertion-failed',
        severity: 'high',
        object: `${suite}#${number}`,
        identity: run?.as ?? '',
        message: `${name}${diagnostics ? `\n${diagnostics}` : ''}`,
        remedy: run?.remedy ?? '',
        ...(run === undefined ? {} : { location: { file: run.file, line: 1 } }),
      };
    });
}

function unnoticedControl({ suite, reason }: ControlRun): Finding {
  return {
    code: 'control-unnoticed',
    severity: 'medium',
    object: suite,
    identity: '',
    message: `the suite ${suite} did not notice its own damage: ${reason ?? 'no assertion turned red'}`,
    remedy: `Give pgtap/controls/${suite}.sql the smallest damage the suite is there to notice, or the suite an assertion that notices it.`,
  };
}

/** A live attempt that ends otherwise than the declared privileges say. */
function attemptsAgainstContract(contract: ParsedContract, attempts: readonly Attempt[]): Finding[] {
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

function disagreement({ object, access, identity, witnesses: { catalog, pgtap, attempt } }: TruthRow): Finding[] {
  const words = new Set([catalog, pgtap, attempt].filter((word) => word !== 'silent'));
  return words.size < 2
    ? []
    : [
        {
          code: 'witnesses-disagree',
          severity: 'high',
          object,
          identity,
          access,
          message: `${identity} ${access} on ${object}: the catalog says ${catalog}, pgTAP says ${pgtap}, the attempt says ${attempt}`,
          remedy: 'One of them is wrong: check schema USAGE, column grants, and what the assertions really ask.',
        },
      ];
}

function openDeficiency({ id, claim, status, head }: DeficiencyResult): Finding {
  const unmet = head
    .filter(({ met }) => !met)
    .map(({ what, expected, seen }) => `${what} should end as ${expected} and ended as ${seen}`);
  return {
    code: 'deficiency-open',
    severity: 'high',
    object: id,
    identity: '',
    message: `${id} is ${status}: ${claim} ${unmet.join('; ')}`,
    remedy: 'The head revision must make every head expectation of the deficiency come true.',
  };
}
