import type { ParsedContract } from '../../contract/contract.ts';
import { contractedObjects, isTenantIsolated, type ContractedObject } from '../../contract/declared.ts';
import { endingOf, isPastPolicies, meaningOf, saysNothing } from '../../attempts/outcome.ts';
import { isNobody, type Attempt } from '../../attempts/attempt.ts';
import { showsDeclared } from '../../attempts/shows-declared.ts';
import { hasSessions } from '../../contract/sessions.ts';
import type { Finding } from '../../findings/finding.ts';
import { lookupOf, type AssertionPlace, type PhaseLookup, type PhaseView } from './lookup.ts';

export type { AssertionPlace, PhaseView } from './lookup.ts';

/** What one way of knowing says. `silent`: it was not asked, or cannot tell. */
export type WitnessWord = 'allowed' | 'denied' | 'silent';

/** Three independent ways of knowing, each saying what it saw at head. */
export interface Witnesses {
  /** `has_*_privilege`, asked as superuser. */
  catalog: WitnessWord;
  /** Assertions that are declared witnesses of this identity, object and privilege. */
  pgtap: WitnessWord;
  /** The statement executed as the login. */
  attempt: WitnessWord;
  /** The assertions that the pgTAP word rests on. */
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
   * Whether the code that a need names was looked at, and found: `missing` is a finding. Absent for a denial, and where the
   * contract says nothing of source code, so that nothing was looked at.
   */
  required_by_checked?: 'checked' | 'not checked' | 'missing';
  /** What the contract says. */
  expected: boolean;
  /** What is: every privilege of `access` is effective at head, and a policy lets it find rows. */
  allowed: boolean;
  /** The same at baseline; absent where no baseline was looked at. */
  baseline_allowed?: boolean;
  /** How the identity comes by it: `app_user via app_rw`, or `none`. */
  mechanism: string;
  /** What row-level security does with it. */
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

/** With sessions, what a login has only after SET ROLE is tried, and said, of the role that its session assumes. */
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

/** A need wants all its privileges; a denial is broken by any of them, and by any column of the table. */
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

/** By what row security keeps tenants apart, in the words of the form that the contract uses. */
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
      // A need is for the whole object; a denial is broken by any column of it.
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

/** Assertions about one privilege that differ among themselves say that something is wrong, which is a finding of its own, and not what. */
function passedAlike(assertions: readonly { ok: boolean }[], expected: boolean): boolean | undefined | 'unasked' {
  const first = assertions[0]?.ok;
  if (first === undefined) {
    return 'unasked';
  }
  return assertions.some(({ ok }) => ok !== first) ? undefined : first === expected;
}

/** Row security may close to nobody what its grants let in: then the attempt says nothing about them. */
function reachedByNobody(attempt: Attempt | undefined): boolean | undefined {
  return attempt !== undefined && meaningOf(attempt).closedBy === 'policies' ? undefined : reached(attempt);
}

function reached(attempt: Attempt | undefined): boolean | undefined {
  if (attempt === undefined) {
    return undefined;
  }
  const ending = endingOf(attempt);
  // Where nobody can, the privilege is of no use, and the statement says nothing about it.
  return saysNothing(ending) && ending.kind !== 'absent'
    ? undefined
    : ending.kind === 'allowed' || ending.kind === 'stopped';
}

/** A finding where the witnesses of one row disagree. */
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
