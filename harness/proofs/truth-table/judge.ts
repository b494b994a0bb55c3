import type { Access } from '../../catalog/access/effective-access.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { contractedObjects, isTenantIsolated, type ContractedObject } from '../../contract/declared.ts';
import { endingOf, isPastPolicies, saysNothing } from '../../attempts/outcome.ts';
import type { Attempt, CatalogAnswer, Probe } from '../../attempts/attempt.ts';
import type { Finding } from '../../findings/finding.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';

/** What one way of knowing says. `silent`: it was not asked, or cannot tell. */
export type WitnessWord = 'allowed' | 'denied' | 'silent';

/** Three independent ways of knowing, each saying what it saw at head. */
export interface Witnesses {
  /** `has_*_privilege`, asked as superuser. */
  catalog: WitnessWord;
  /** Assertions whose name speaks of this identity, object and privilege. */
  pgtap: WitnessWord;
  /** The statement executed as the login. */
  attempt: WitnessWord;
  /** The assertions that the pgTAP word rests on, as `<suite>#<number>`. */
  assertions: string[];
}

/** One row of the privilege truth table. */
export interface TruthRow {
  object: string;
  /** Privileges joined by a slash: `INSERT/SELECT`. */
  access: string;
  identity: string;
  required_by: string;
  /** What the contract says. */
  expected: boolean;
  /** What is: every privilege of `access` is effective at head. */
  allowed: boolean;
  baseline_allowed: boolean;
  /** How the identity comes by it: `app_user via app_rw`, or `none`. */
  mechanism: string;
  /** What row-level security does with it. */
  rls: string;
  witnesses: Witnesses;
}

/** What a phase has to say about privileges. */
export interface PhaseView {
  access: readonly Access[];
  probes: readonly Probe[];
  suites: readonly SuiteRun[];
}

/** One row for each need and denial of the contract, in its order. */
export function truthTable(contract: ParsedContract, baseline: PhaseView, head: PhaseView): TruthRow[] {
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
        baseline_allowed: isAllowed(baseline, identity, object.object, access, expected),
        mechanism: mechanism(head.access, identity, object.object, access),
        rls: rlsWords(contract, object, expected, head, identity, access),
        witnesses: witnesses(head, object, identity, access, expected),
      };
    }),
  );
}

/** A need wants all its privileges; a denial is broken by any of them, and by any column of the table. */
function isAllowed(
  { access }: PhaseView,
  identity: string,
  object: string,
  privileges: readonly string[],
  expected: boolean,
): boolean {
  const has = (privilege: string) =>
    access.some(
      (one) =>
        one.identity === identity &&
        ((one.privilege === privilege && one.object === object && one.usable) ||
          one.privilege === 'SUPERUSER' ||
          (!expected && one.kind === 'column' && one.privilege === privilege && one.object.startsWith(`${object}.`))),
    );
  return expected ? privileges.every(has) : privileges.some(has);
}

function mechanism(access: readonly Access[], identity: string, object: string, privileges: readonly string[]): string {
  const ways = new Set(
    access
      .filter(
        (one) =>
          one.identity === identity &&
          privileges.includes(one.privilege) &&
          (one.object === object || (one.kind === 'column' && one.object.startsWith(`${object}.`))),
      )
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
  head: PhaseView,
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
    attemptsOf(head, identity, object).some(({ context }) => context === 'none')
  ) {
    return 'none';
  }
  const closed = attemptsOf(head, identity, object).filter(
    (one) => access.includes(one.command) && one.context === 'never-set',
  );
  const enforced = closed.length > 0 && closed.every((one) => !isPastPolicies(endingOf(one)));
  return `${enforced ? 'enforced' : 'NOT enforced'} on ${contract.tenancy!.column} = current_setting('${contract.tenancy!.setting}')`;
}

function attemptsOf({ probes }: PhaseView, identity: string, object: string): Attempt[] {
  return probes.filter(
    (probe): probe is Attempt => probe.kind === 'attempt' && probe.identity === identity && probe.object === object,
  );
}

function witnesses(
  head: PhaseView,
  { object }: ContractedObject,
  identity: string,
  access: readonly string[],
  expected: boolean,
): Witnesses {
  const word = (answers: readonly (boolean | undefined)[]): WitnessWord => {
    if (answers.length === 0 || answers.includes(undefined)) {
      return 'silent';
    }
    return (expected ? answers.every(Boolean) : answers.some(Boolean)) ? 'allowed' : 'denied';
  };
  const catalog = access.flatMap((privilege) =>
    head.probes
      .filter(
        (probe): probe is CatalogAnswer =>
          probe.kind === 'catalog' && probe.identity === identity && probe.object === object,
      )
      .filter((probe) => probe.access === privilege || (!expected && probe.access.startsWith(`${privilege} `)))
      .map(({ answer }) => answer === true),
  );
  const attempts = access.map((privilege) =>
    reached(
      attemptsOf(head, identity, object).find(
        (one) => one.command === privilege && (one.context === 'own-tenant' || one.context === 'none'),
      ),
    ),
  );
  const assertions = speakingAssertions(head.suites, identity, object, access);
  return {
    catalog: word(catalog),
    pgtap: word(
      access
        .map((privilege) => passedAlike(speakingAssertions(head.suites, identity, object, [privilege]), expected))
        .filter((answer) => answer !== 'unasked'),
    ),
    attempt: word(attempts),
    assertions: assertions.map(({ name }) => name),
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

/** Assertions that name identity, object and one of the privileges as words of their own. Passing means agreeing with the contract. */
function speakingAssertions(
  suites: readonly SuiteRun[],
  identity: string,
  object: string,
  access: readonly string[],
): { name: string; ok: boolean }[] {
  return suites.flatMap(({ suite, assertions }) =>
    assertions
      .filter(({ result }) => result === 'ok' || result === 'not-ok')
      .filter(
        ({ name }) =>
          hasWord(name, identity) && hasWord(name, object) && access.some((privilege) => hasWord(name, privilege)),
      )
      .map(({ number, result }) => ({ name: `${suite}#${number}`, ok: result === 'ok' })),
  );
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w(-])`).test(text);
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
