import type { Attempt, CatalogAnswer, Probe } from '../../attempts/attempt.ts';
import type { Access } from '../../catalog/access/effective-access.ts';
import { indexBy } from '../../common/index-by.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';

/** What a phase has to say about privileges. */
export interface PhaseView {
  access: readonly Access[];
  probes: readonly Probe[];
  suites: readonly SuiteRun[];
  /** Grants of which no policy lets a statement find or touch a row: whose, on what, which privilege. */
  withoutPolicy?: readonly { object: string; identity: string; access?: string }[];
}

/** Where an assertion stands. */
export interface AssertionPlace {
  suite: string;
  number: number;
}

/** An assertion that was reached. */
export interface SpokenAssertion extends AssertionPlace {
  ok: boolean;
}

/** The same, found by identity and object without a scan: a table has as many rows as there are things to find. */
export interface PhaseLookup {
  isSuperuser(identity: string): boolean;
  /** Access to the object, and to its columns. */
  accessTo(identity: string, object: string): readonly Access[];
  /** Whether a privilege that a role was granted finds no row, for want of a policy. */
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

/** The object itself; what a column may belong to as well, for a quoted name can hold a dot. */
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

/** The reached assertions with what they, or the headers of their suites, declare them witnesses of. */
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
