import type { ParsedContract } from '../contract/contract.ts';
import { columnGrant } from '../contract/declared.ts';
import type { Draft } from './draft.ts';
import { withoutEmpty, type DraftTable } from './objects.ts';

type Grants = Readonly<Record<string, readonly string[]>>;

/**
 * What a draft has and a contract does not declare: new entries, and additional grants, policies, attributes and memberships of
 * existing entries. Empty entries are left out. Pure.
 */
export function newIn(draft: Draft, contract: ParsedContract): Record<string, unknown> {
  const objects = (['schemas', 'tables', 'functions', 'sequences', 'types'] as const).map(
    (section) => [section, newObjects(draft[section], contract[section], contract)] as const,
  );
  const future = Object.entries(draft.future).map(([kind, grants]) => {
    const known = contract.future[kind as keyof typeof contract.future] as Grants | undefined;
    return [kind, missingGrants(grants, known, contract)] as const;
  });
  return withoutEmpty({
    identities: newIdentities(draft, contract),
    // The contract may leave out what its platform adds.
    database: withoutEmpty({ grants: missingGrants(draft.database.grants, contract.database.grants, contract) }),
    ...Object.fromEntries(objects),
    future: withoutEmpty(Object.fromEntries(future)),
    extensions: draft.extensions.filter((name) => !contract.extensions.includes(name)),
  });
}

function newIdentities({ identities }: Draft, contract: ParsedContract): Record<string, object> {
  const entries = Object.entries(identities).map(([role, { attributes = [], member_of = [], ...entry }]) => {
    const there = contract.identities[role];
    if (there === undefined) {
      return [role, { ...entry, ...withoutEmpty({ attributes, member_of }) }] as const;
    }
    const groups = new Set(there.member_of.map(groupOf));
    return [
      role,
      withoutEmpty({
        attributes: attributes.filter((word) => there.attributes?.includes(word) === false),
        member_of: member_of.filter((one) => !groups.has(groupOf(one))),
      }),
    ] as const;
  });
  return withoutEmpty(Object.fromEntries(entries));
}

function groupOf(membership: string | { role: string }): string {
  return typeof membership === 'string' ? membership : membership.role;
}

function newObjects(
  drafted: Readonly<Record<string, DraftTable>>,
  known: Readonly<Record<string, { grants?: unknown; policies?: unknown; row_security?: string }>>,
  contract: ParsedContract,
): Record<string, object> {
  const entries = Object.entries(drafted).map(([name, entry]) => {
    const there = known[name];
    if (there === undefined) {
      return [name, entry] as const;
    }
    const policies = Object.entries(entry.policies ?? {}).filter(
      ([policy]) => !Object.hasOwn((there.policies ?? {}) as object, policy),
    );
    const grants = missingGrants(entry.grants, there.grants as Grants | undefined, contract);
    // A contract with policies and without row security is none.
    const isOnNow = there.row_security === 'off' && entry.row_security !== undefined;
    return [
      name,
      {
        ...(isOnNow ? { row_security: entry.row_security } : {}),
        ...withoutEmpty({ grants, policies: Object.fromEntries(policies) }),
      },
    ] as const;
  });
  return withoutEmpty(Object.fromEntries(entries));
}

/** Words that a contract does not grant. Grants to roles of the platform are not judged. */
function missingGrants(
  drafted: Grants = {},
  known: Grants = {},
  { identities }: ParsedContract,
): Record<string, string[]> {
  const judged = Object.entries(drafted).filter(([role]) => identities[role]?.kind !== 'platform');
  const missing = judged.map(([role, words]) => {
    const has = new Set((known[role] ?? []).flatMap(byColumn));
    return [role, words.filter((word) => !byColumn(word).every((one) => has.has(one)))] as const;
  });
  return withoutEmpty(Object.fromEntries(missing));
}

/** `UPDATE(a, b)` as one word for each column. */
function byColumn(word: string): string[] {
  const given = columnGrant(word);
  return given === undefined ? [word] : given.columns.map((column) => `${given.privilege}(${column})`);
}
