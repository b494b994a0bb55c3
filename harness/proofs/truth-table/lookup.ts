import type { Attempt, CatalogAnswer, Probe } from '../../attempts/attempt.ts';
import type { Access } from '../../catalog/access/effective-access.ts';
import { indexBy } from '../../common/index-by.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';

/** What a phase has to say about privileges. */
export interface PhaseView {
  access: readonly Access[];
  probes: readonly Probe[];
  suites: readonly SuiteRun[];
}

/** An assertion that was reached, as `<suite>#<number>`. */
export interface SpokenAssertion {
  name: string;
  ok: boolean;
}

/** The same, found by identity and object without a scan: a table has as many rows as there are things to find. */
export interface PhaseLookup {
  isSuperuser(identity: string): boolean;
  /** Access to the object, and to its columns. */
  accessTo(identity: string, object: string): readonly Access[];
  attemptsOn(identity: string, object: string): readonly Attempt[];
  answersOn(identity: string, object: string): readonly CatalogAnswer[];
  /** Assertions that name the identity, the object and one of the privileges as words of their own. */
  assertionsOn(identity: string, object: string, privileges: readonly string[]): SpokenAssertion[];
}

/** The lookup of a phase. */
export function lookupOf({ access, probes, suites }: PhaseView): PhaseLookup {
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
  const assertionsWith = assertionsByWord(suites);
  return {
    isSuperuser: (identity) => superusers.has(identity),
    accessTo: (identity, object) => accesses.get(key(identity, object)) ?? [],
    attemptsOn: (identity, object) => attempts.get(key(identity, object)) ?? [],
    answersOn: (identity, object) => answers.get(key(identity, object)) ?? [],
    assertionsOn(identity, object, privileges) {
      const ofIdentity = assertionsWith(identity);
      return [...assertionsWith(object)].filter(
        (one) => ofIdentity.has(one) && privileges.some((privilege) => assertionsWith(privilege).has(one)),
      );
    },
  };
}

const key = (identity: string, object: string) => `${identity}\t${object}`;

/** The object itself; what a column may belong to as well, for a quoted name can hold a dot. */
function objectsOf({ kind, object }: Access): string[] {
  const dots = kind === 'column' ? [...object.matchAll(/\./g)] : [];
  return [object, ...dots.map(({ index }) => object.slice(0, index))];
}

/** Finds the reached assertions whose name has a word; each word is looked for once. */
function assertionsByWord(suites: readonly SuiteRun[]): (word: string) => ReadonlySet<SpokenAssertion> {
  const all = suites.flatMap(({ suite, assertions }) =>
    assertions
      .filter(({ result }) => result === 'ok' || result === 'not-ok')
      .map(({ number, name, result }) => ({ text: name, spoken: { name: `${suite}#${number}`, ok: result === 'ok' } })),
  );
  const known = new Map<string, ReadonlySet<SpokenAssertion>>();
  return (word) => {
    const found = known.get(word) ?? new Set(all.filter(({ text }) => hasWord(text, word)).map(({ spoken }) => spoken));
    known.set(word, found);
    return found;
  };
}

function hasWord(text: string, word: string): boolean {
  if (!text.includes(word)) {
    return false;
  }
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w(-])`).test(text);
}
