import type { ParsedContract } from '../../contract/contract.ts';
import { contractedObjects, isTenantIsolated, type ContractedObject } from '../../contract/declared.ts';
import { endingOf, isPastPolicies, meaningOf, saysNothing } from '../../attempts/outcome.ts';
import { isNobody, type Attempt } from '../../attempts/attempt.ts';
import { showsDeclared } from '../../attempts/shows-declared.ts';
import { hasSessions } from '../../contract/sessions.ts';
import type { Finding } from '../../findings/finding.ts';
import { lookupOf, type AssertionPlace, type PhaseLookup, type PhaseView } from './lookup.ts';

export type { AssertionPlace, PhaseView } from './lookup.ts';

/** What one witness says. `silent`: it was not asked, or cannot tell. */
export type WitnessWord = 'allowed' | 'denied' | 'silent';

/** Three independent witnesses, each with what it saw at head. */
export interface Witnesses {
  /** `has_*_privilege`, asked as superuser. */
  catalog: WitnessWord;
  /** Assertions that are declared witnesses of this identity, object and privilege. */
  pgtap: WitnessWord;
  /** The statement executed as the login. */
  attempt: WitnessWord;
  /** The assertions that decide the pgTAP word. */
  assertions: AssertionPlace[];
}

/** One row of the privilege truth table. */
export interface TruthRow {
  object: string;
  /** Privileges joined by a slash: `INSERT/SELECT`. */
  access: string;
  identity: string;
  required_by: string;
  /**
   * Whether the code that a need names was searched and found: `missing` is a finding. Absent for a denial, and if the contract
   * declares no source code, so that nothing was searched.
   */
  required_by_checked?: 'checked' | 'not checked' | 'missing';
  /** What the contract says. */
  expected: boolean;
  /** What is so: every privilege of `access` is effective at head, and a policy lets it find rows. */
  allowed: boolean;
  /** The same at baseline; absent if no baseline was looked at. */
  baseline_allowed?: boolean;
  /** How the identity gets it: `app_user via app_rw`, or `none`. */
  mechanism: string;
  /** The effect of row-level security. */
  rls: string;
  witnesses: Witnesses;
}

/** One row for each need and denial of the contract, in its order. */
export function truthTable(
  contract: ParsedContract,
  baselineView: PhaseView | undefined,
  headView: PhaseView,
): TruthRow[] {
  const own = hasSessions(contract) ? withoutSetRole : asItIs;
  const baseline = baselineView === undefined ? undefined : lookupOf(own(baselineView));
  const head = lookupOf(own(headView));
  return contractedObjects(contract).flatMap((object) =>
    [
      ...object.entry.needs.map((row) => ({ ...row, expected: true })),
      ...object.entry.denies.map((row) => ({ ...row, expected: false })),
    ].map((row) => {
      const { identity, access, expected, required_by } = row;
      return {
        object: object.object,
        access: access.join('/'),
        identity,
        required_by,
        expected,
        allowed: isAllowed(head, identity, object.object, access, expected),
        ...(baseline === undefined
          ? {}
          : { baseline_allowed: isAllowed(baseline, identity, object.object, access, expected) }),
        mechanism: mechanism(head, identity, object.object, access),
        rls: rlsWords(contract, object, expected, head, identity, access),
        witnesses: witnesses(head, object, identity, access, expected, contract),
      };
    }),
  );
}

/**
 * If the contract has sessions, what a login gets only by SET ROLE is tried and reported for the role that its session assumes.
 */
function withoutSetRole({ access, ...view }: PhaseView): PhaseView {
  return {
    ...view,
    access: access.flatMap((one) => {
      const paths = one.paths.filter(({ assumed }) => assumed === 'inherited');
      return paths.length === 0 ? [] : [{ ...one, paths }];
    }),
  };
}

const asItIs = (view: PhaseView): PhaseView => view;

/** A need requires all its privileges. A denial is broken by any of them, and by any column of the table. */
function isAllowed(
  phase: PhaseLookup,
  identity: string,
  object: string,
  privileges: readonly string[],
  expected: boolean,
): boolean {
  const has = (privilege: string) =>
    phase.isSuperuser(identity) ||
    phase
      .accessTo(identity, object)
      .some(
        (one) =>
          one.privilege === privilege &&
          !(expected && one.paths.every(({ chain }) => phase.isWithoutPolicy(chain.at(-1)!, object, privilege))) &&
          ((one.object === object && one.usable) || (!expected && one.kind === 'column' && one.object !== object)),
      );
  return expected ? privileges.every(has) : privileges.some(has);
}

function mechanism(phase: PhaseLookup, identity: string, object: string, privileges: readonly string[]): string {
  const ways = new Set(
    phase
      .accessTo(identity, object)
      .filter((one) => privileges.includes(one.privilege))
      .flatMap(({ paths }) => paths)
      .map(({ chain, assumed }) => {
        const way = chain.slice(1).join(' → ');
        return chain.length === 1
          ? `${identity} directly`
          : `${identity} via ${assumed === 'set-role' ? 'SET ROLE ' : ''}${way}`;
      }),
  );
  return ways.size === 0 ? 'none' : [...ways].toSorted().join('; ');
}

function rlsWords(
  contract: ParsedContract,
  { kind, object, entry }: ContractedObject,
  expected: boolean,
  head: PhaseLookup,
  identity: string,
  access: readonly string[],
): string {
  if (kind === 'function') {
    return entry.security === 'definer'
      ? `function-owned privileged read (as ${entry.owner ?? 'its owner'})`
      : `as ${identity}`;
  }
  if (!expected) {
    return 'N/A (privilege denied)';
  }
  // Row security that is not about tenants was tried without a context.
  if (
    !isTenantIsolated(contract, object) ||
    head.attemptsOn(identity, object).some(({ context }) => context === 'none')
  ) {
    return 'none';
  }
  const closed = head
    .attemptsOn(identity, object)
    .filter((one) => access.includes(one.command) && one.context === 'never-set');
  const enforced = closed.length > 0 && closed.every((one) => !isPastPolicies(endingOf(one)));
  return `${enforced ? 'enforced' : 'NOT enforced'} on ${ruleWords(contract, object)}`;
}

/** How row security keeps tenants apart, in the words of the contract's form. */
function ruleWords({ tenancy, tables }: ParsedContract, table: string): string {
  const { setting, column } = tenancy!;
  return setting !== undefined && column !== undefined && tables[table]?.rows === undefined
    ? `${column} = current_setting('${setting}')`
    : 'the rows that the contract says';
}

function witnesses(
  head: PhaseLookup,
  { object }: ContractedObject,
  identity: string,
  access: readonly string[],
  expected: boolean,
  contract: ParsedContract,
): Witnesses {
  const word = (answers: readonly (boolean | undefined)[]): WitnessWord => {
    if (answers.length === 0 || answers.includes(undefined)) {
      return 'silent';
    }
    return (expected ? answers.every(Boolean) : answers.some(Boolean)) ? 'allowed' : 'denied';
  };
  const catalog = access.flatMap((privilege) =>
    head
      .answersOn(identity, object)
      // A need is for the whole object. A denial is broken by any column of it.
      .filter((probe) => probe.privilege === privilege && (!expected || probe.access === privilege))
      .map(({ answer }) => answer === true),
  );
  const attempts = access.map((privilege) => {
    const tried = head
      .attemptsOn(identity, object)
      .filter((one) => one.command === privilege && showsDeclared(contract, one));
    const asSomebody = tried.find((one) => !isNobody(one, hasSessions(contract)));
    return asSomebody === undefined ? reachedByNobody(tried[0]) : reached(asSomebody);
  });
  const assertions = head.assertionsOn(identity, object, access);
  return {
    catalog: word(catalog),
    pgtap: word(
      access
        .map((privilege) => passedAlike(head.assertionsOn(identity, object, [privilege]), expected))
        .filter((answer) => answer !== 'unasked'),
    ),
    attempt: word(attempts),
    assertions: assertions.map(({ suite, number }) => ({ suite, number })),
  };
}

/**
 * The common result of the assertions about one privilege. If they differ, something is wrong, but they do not say what: that is
 * a finding of its own.
 */
function passedAlike(assertions: readonly { ok: boolean }[], expected: boolean): boolean | undefined | 'unasked' {
  const first = assertions[0]?.ok;
  if (first === undefined) {
    return 'unasked';
  }
  return assertions.some(({ ok }) => ok !== first) ? undefined : first === expected;
}

/** Without a tenant, row security may close what grants allow. The attempt then says nothing about them. */
function reachedByNobody(attempt: Attempt | undefined): boolean | undefined {
  return attempt !== undefined && meaningOf(attempt).closedBy === 'policies' ? undefined : reached(attempt);
}

function reached(attempt: Attempt | undefined): boolean | undefined {
  if (attempt === undefined) {
    return undefined;
  }
  const ending = endingOf(attempt);
  // If nobody can run the statement, it says nothing about the privilege.
  return saysNothing(ending) && ending.kind !== 'absent'
    ? undefined
    : ending.kind === 'allowed' || ending.kind === 'stopped';
}

/** A finding if the witnesses of one row disagree. */
export function disagreement({
  object,
  access,
  identity,
  witnesses: { catalog, pgtap, attempt },
}: TruthRow): Finding[] {
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
