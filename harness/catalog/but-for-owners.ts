import { grouped } from '../common/text.ts';
import { byCodeUnit } from '../common/order.ts';
import type { RoleName } from '../common/sql.ts';
import { diffFacts, type FactDiff } from './diff-facts.ts';
import { isGrant } from './grant.ts';
import { isMakersMembership } from './roles-having.ts';
import { roleOf, type Fact } from './fact.ts';
import { factLine, sortFacts } from './fact-text.ts';

/** How another role than the superuser built a state, on a server with roles of its own. */
export interface BuiltByMigrator {
  /** Who built the state that it is compared with. */
  builder: RoleName;
  superuser: RoleName;
  migrator: RoleName;
  /** The state before the build. */
  start: readonly Fact[];
}

/** Objects, or memberships, whose owner or grantor differs. */
export interface OtherOwner {
  what: 'owner' | 'grantor';
  expected: RoleName;
  reached: RoleName;
  objects: string[];
}

/** The difference of two states, ignoring which of the builders owns and grants. */
export interface ButForOwners extends FactDiff {
  expected: Fact[];
  reached: Fact[];
  owners: OtherOwner[];
}

/** Compares a state with the one that `built` reached, ignoring owners, grantors and the roles of the server. */
export function butForOwners(
  expected: readonly Fact[],
  reached: readonly Fact[],
  built: BuiltByMigrator,
): ButForOwners {
  const known = new Set(expected.filter(({ kind }) => kind === 'role').map(roleOf));
  const alike = (facts: readonly Fact[]) => withAlikeOwners(facts, built, known);
  const [there, before] = [alike(expected), alike(built.start)];
  const here = alike(reached.filter((fact) => !isImplicit(fact, built)));
  const ofServer = new Set([...before.keys()].filter((line) => !there.has(line)));
  const kept = [...here].filter(
    ([line, [fact]]) => !(ofServer.has(line) && ['role', 'membership', 'setting'].includes(fact!.alike.kind)),
  );
  const states = {
    expected: factsOf(there.values()),
    reached: factsOf(kept.map(([, same]) => same)),
  };
  return { ...states, ...diffFacts(states.expected, states.reached), owners: otherOwners(there, here) };
}

interface Alike {
  fact: Fact;
  alike: Fact;
}

function factsOf(groups: Iterable<Alike[]>): Fact[] {
  return sortFacts([...groups].map(([one]) => one!.alike));
}

/** From PostgreSQL 16 on the creator of a role may grant it, by a membership that the server adds. */
function isImplicit(fact: Fact, { superuser, migrator }: BuiltByMigrator): boolean {
  return fact.role === migrator && isMakersMembership(fact, new Set([superuser]));
}

/** Facts by their line, without grantor, and with `builder` for every role that builds. */
function withAlikeOwners(
  facts: readonly Fact[],
  { builder, superuser, migrator }: BuiltByMigrator,
  known: ReadonlySet<RoleName>,
): Map<string, Alike[]> {
  const builders = new Set([builder, superuser, migrator]);
  const owner = (role: RoleName) => (builders.has(role) ? builder : role);
  const named = (role: RoleName) => (known.has(role) ? role : owner(role));
  const alikeOf = (fact: Fact): Fact => {
    const { grantor } = fact.detail;
    const detail = withoutOwners(fact.detail);
    if (fact.promise !== undefined) {
      const { creator, schema, section } = fact.promise;
      const promise = { creator: owner(creator), schema, section };
      const object = `${promise.creator} ${schema === null ? 'everywhere' : `in ${schema}`} ${section}`;
      return { ...fact, object, role: fact.role === creator ? owner(fact.role) : named(fact.role), promise, detail };
    }
    const isOwners = fact.property === 'owner' || (isGrant(fact) && fact.role === grantor);
    const roles = Array.isArray(detail['roles']) ? { roles: detail['roles'].map(named).toSorted(byCodeUnit) } : {};
    return { ...fact, role: isOwners ? owner(fact.role) : named(fact.role), detail: { ...detail, ...roles } };
  };
  const judged = facts.filter((fact) => fact.kind !== 'role' || !builders.has(roleOf(fact)));
  const groups = grouped(
    judged.map((fact) => ({ fact, alike: alikeOf(fact) })),
    ({ alike }) => factLine(alike),
  );
  return new Map(groups.map(({ key, items }) => [key, items]));
}

/** Details that do not depend on the grantor or the owner. */
function withoutOwners(detail: Fact['detail']): Fact['detail'] {
  return Object.fromEntries(
    Object.entries(detail).filter(([key]) => !['grantor', 'inherits_pg_database_owner'].includes(key)),
  );
}

/** Objects that are the same except for their owner or grantor. */
function otherOwners(expected: ReadonlyMap<string, Alike[]>, reached: ReadonlyMap<string, Alike[]>): OtherOwner[] {
  const pairs = [...expected].flatMap(([line, there]) => {
    const here = reached.get(line);
    if (here === undefined) {
      return [];
    }
    const [before, after] = [namesIn(there), namesIn(here)];
    const { kind, object, role, property } = there[0]!.alike;
    const what = property === 'owner' ? ('owner' as const) : ('grantor' as const);
    const of = kind === 'membership' ? `membership of ${role} in ${object}` : `${kind} ${object}`;
    return before === after ? [] : [{ what, expected: before, reached: after, of }];
  });
  return grouped(pairs, (pair) => [pair.what, pair.expected, pair.reached].join('\t')).map(({ items }) => {
    const { what, expected: before, reached: after } = items[0]!;
    return {
      what,
      expected: before,
      reached: after,
      objects: [...new Set(items.map(({ of }) => of))].toSorted(byCodeUnit),
    };
  });
}

/** The owner, or the role that grants to others. An owner's own privileges follow from its ownership. */
function namesIn(group: readonly Alike[]): string {
  const names = group.flatMap(({ fact }) => {
    if (fact.property === 'owner') {
      return [fact.role];
    }
    const { grantor } = fact.detail;
    return typeof grantor === 'string' && grantor !== fact.role ? [grantor] : [];
  });
  return [...new Set(names)].toSorted(byCodeUnit).join(', ');
}
