import type { Attempt, CatalogAnswer, Probe } from '../../attempts/attempt.ts';
import type { Access } from '../../catalog/access/effective-access.ts';
import { indexBy } from '../../common/index-by.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';

/** What a phase says about privileges. */
export interface PhaseView {
  access: readonly Access[];
  probes: readonly Probe[];
  suites: readonly SuiteRun[];
  /** Grants for which no policy lets a statement find or touch a row: on which object, of whom, which privilege. */
  withoutPolicy?: readonly { object: string; identity: string; access?: string }[];
}

/** The position of an assertion. */
export interface AssertionPlace {
  suite: string;
  number: number;
}

/** An assertion that was reached. */
export interface SpokenAssertion extends AssertionPlace {
  ok: boolean;
}

/** The same, indexed by identity and object, because a table has as many rows as there are things to find. */
export interface PhaseLookup {
  isSuperuser(identity: string): boolean;
  /** Access to the object, and to its columns. */
  accessTo(identity: string, object: string): readonly Access[];
  /** Whether a privilege of a role finds no row because a policy is missing. */
  isWithoutPolicy(role: string, object: string, privilege: string): boolean;
  attemptsOn(identity: string, object: string): readonly Attempt[];
  answersOn(identity: string, object: string): readonly CatalogAnswer[];
  /** Assertions that are declared witnesses of one of the privileges. */
  assertionsOn(identity: string, object: string, privileges: readonly string[]): SpokenAssertion[];
}

/** The lookup of a phase. */
export function lookupOf({ access, probes, suites, withoutPolicy = [] }: PhaseView): PhaseLookup {
  const superusers = new Set(access.filter(({ privilege }) => privilege === 'SUPERUSER').map((one) => one.identity));
  const accesses = indexBy(access, (one) => objectsOf(one).map((object) => key(one.identity, object)));
  const attempts = indexBy(
    probes.filter((probe) => probe.kind === 'attempt'),
    (one) => [key(one.identity, one.object)],
  );
  const answers = indexBy(
    probes.filter((probe) => probe.kind === 'catalog'),
    (one) => [key(one.identity, one.object)],
  );
  const closed = new Set(
    withoutPolicy.map(({ identity, object, access: privilege = '' }) => JSON.stringify([identity, object, privilege])),
  );
  const claims = indexBy(claimsOf(suites), (one) => [key(one.identity, one.object)]);
  return {
    isSuperuser: (identity) => superusers.has(identity),
    accessTo: (identity, object) => accesses.get(key(identity, object)) ?? [],
    isWithoutPolicy: (role, object, privilege) => closed.has(JSON.stringify([role, object, privilege])),
    attemptsOn: (identity, object) => attempts.get(key(identity, object)) ?? [],
    answersOn: (identity, object) => answers.get(key(identity, object)) ?? [],
    assertionsOn: (identity, object, privileges) => [
      ...new Set(
        (claims.get(key(identity, object)) ?? [])
          .filter((claim) => privileges.some((privilege) => claim.privileges.has(privilege)))
          .map(({ spoken }) => spoken),
      ),
    ],
  };
}

const key = (identity: string, object: string) => `${identity}\t${object}`;

/** The object itself, and the table that a column may belong to: a quoted name can hold a dot. */
function objectsOf({ kind, object }: Access): string[] {
  const dots = kind === 'column' ? [...object.matchAll(/\./g)] : [];
  return [object, ...dots.map(({ index }) => object.slice(0, index))];
}

interface Claimed {
  identity: string;
  object: string;
  privileges: ReadonlySet<string>;
  spoken: SpokenAssertion;
}

/** The reached assertions with what they, or the headers of their suites, declare to be witnesses of. */
function claimsOf(suites: readonly SuiteRun[]): Claimed[] {
  return suites.flatMap(({ suite, witnesses: ofAll = [], assertions }) =>
    assertions
      .filter(({ result }) => result === 'ok' || result === 'not-ok')
      .flatMap(({ number, result, witnesses: own = [] }) => {
        const spoken = { suite, number, ok: result === 'ok' };
        return [...ofAll, ...own].map((claim) => ({ ...claim, privileges: new Set(claim.privileges), spoken }));
      }),
  );
}
