import type { ParsedContract } from '../contract/contract.ts';
import { columnGrant } from '../contract/declared.ts';
import type { Draft } from './draft.ts';
import type { DraftIdentity } from './identities.ts';
import type { DraftTable } from './objects.ts';

type Grants = Readonly<Record<string, readonly string[]>>;

/** What a draft says that a contract does not: new entries whole; of entries that are there, further grants, policies, attributes and memberships. Pure. */
export function newIn(draft: Draft, contract: ParsedContract): Record<string, unknown> {
  const ofOthers = (grants: Grants | undefined) => withoutPlatformRoles(grants ?? {}, contract);
  const objects = (['schemas', 'tables', 'functions', 'sequences', 'types'] as const).map((section) => [
    section,
    // Of an object of which there is nothing to say a contract says nothing.
    nonEmpty(ofSection(draft[section], contract[section], ofOthers) as Record<string, object>),
  ]);
  const said: Record<string, unknown> = {
    identities: ofIdentities(draft.identities, contract.identities),
    // Without what its platform brings it may say nothing of it.
    database: ofGrants(ofOthers(draft.database.grants), contract.database.grants),
    ...(Object.fromEntries(objects) as Record<string, unknown>),
    future: Object.fromEntries(
      Object.entries(draft.future).flatMap(([kind, given]) => {
        const known = contract.future[kind as keyof typeof contract.future] as Grants | undefined;
        const more = missingGrants(ofOthers(given), known ?? {});
        return Object.keys(more).length === 0 ? [] : [[kind, more]];
      }),
    ),
    extensions: draft.extensions.filter((name) => !contract.extensions.includes(name)),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => Object.keys(value as object).length > 0));
}

function ofIdentities(
  drafted: Readonly<Record<string, DraftIdentity>>,
  known: ParsedContract['identities'],
): Record<string, unknown> {
  return collected(drafted, (role, { attributes = [], member_of = [], ...entry }) => {
    const there = known[role];
    if (there === undefined) {
      return { ...entry, ...nonEmpty({ attributes, member_of }) };
    }
    const groups = new Set(there.member_of.map((one) => (typeof one === 'string' ? one : one.role)));
    return nonEmpty({
      attributes:
        there.attributes === undefined ? [] : attributes.filter((word) => there.attributes!.includes(word) === false),
      member_of: member_of.filter((one) => !groups.has(typeof one === 'string' ? one : one.role)),
    });
  });
}

function ofSection(
  drafted: Readonly<Record<string, DraftTable>>,
  known: Readonly<Record<string, { grants?: unknown; policies?: unknown }>>,
  ofOthers: (grants: Grants | undefined) => Grants,
): Record<string, unknown> {
  return collected(drafted, (name, entry) => {
    const there = known[name];
    if (there === undefined) {
      return entry;
    }
    const policies = Object.entries(entry.policies ?? {}).filter(
      ([policy]) => !Object.hasOwn((there.policies ?? {}) as object, policy),
    );
    return nonEmpty({
      grants: missingGrants(ofOthers(entry.grants), (there.grants ?? {}) as Grants),
      policies: Object.fromEntries(policies),
    });
  });
}

/** What roles of the platform hold is not judged. */
function withoutPlatformRoles(grants: Grants, { identities }: ParsedContract): Grants {
  return Object.fromEntries(Object.entries(grants).filter(([role]) => identities[role]?.kind !== 'platform'));
}

function ofGrants(drafted: Grants, known: Grants): Record<string, unknown> {
  return nonEmpty({ grants: missingGrants(drafted, known) });
}

function missingGrants(drafted: Grants, known: Grants): Record<string, string[]> {
  return collected(drafted, (role, words) => {
    const has = new Set((known[role] ?? []).flatMap(byColumn));
    return words.filter((word) => !byColumn(word).every((one) => has.has(one)));
  });
}

/** `UPDATE(a, b)` as a word for each column. */
function byColumn(word: string): string[] {
  const given = columnGrant(word);
  return given === undefined ? [word] : given.columns.map((column) => `${given.privilege}(${column})`);
}

/** Entries that `more` leaves something of; an entry that is new may be empty. */
function collected<T, U extends object>(
  entries: Readonly<Record<string, T>>,
  more: (name: string, entry: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) => {
      const left = more(name, entry);
      return Object.keys(left).length > 0 || (left as unknown) === entry ? [[name, left]] : [];
    }),
  );
}

function nonEmpty(value: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => Object.keys(held).length > 0));
}
