import type { Fact } from '../catalog/fact.ts';
import { factLine } from '../catalog/fact-text.ts';
import { isGrant } from '../catalog/grant.ts';
import { ownerIn, ownersOf, partOf } from '../catalog/owners.ts';
import { plainName } from '../common/sql.ts';
import { grouped } from '../common/text.ts';

/** Facts that are told as one: a single fact, all of an extension, a role or an object that the other side does not have, or the owner of one with what goes with it. */
export interface FactSum {
  facts: [Fact, ...Fact[]];
  extension?: string;
  /** `lacked`: the other side has no such role or object. `moved`: it has another owner there. The first fact says that it exists. */
  whole?: 'lacked' | 'moved';
}

/** Facts one by one, but those of an extension of which `others` have none together, extensions first. */
export function sumsOf(facts: readonly Fact[], others: readonly Fact[]): FactSum[] {
  const known = new Set(others.map(extensionOf));
  const isLacked = (fact: Fact) => extensionOf(fact) !== undefined && !known.has(extensionOf(fact));
  const sums = grouped(facts.filter(isLacked), (fact) => extensionOf(fact)!).map(({ key, items }) => ({
    facts: items as [Fact, ...Fact[]],
    extension: key,
  }));
  return [...sums, ...facts.filter((fact) => !isLacked(fact)).map((fact): FactSum => ({ facts: [fact] }))];
}

/** The same with what belongs to a role or an object that `others` do not have together, and what only follows from another owner with that. */
export function wholesOf(facts: readonly Fact[], own: readonly Fact[], others: readonly Fact[]): FactSum[] {
  const sums = sumsOf(facts, others);
  const single = sums.flatMap(({ facts: [fact], extension }) => (extension === undefined ? [fact] : []));
  const firsts = new Map(single.filter(isFirst).map((fact) => [nameOf(fact), fact]));
  const there = new Set(others.filter(isFirst).map(nameOf));
  const follows = followsOwner(own, others);
  const wholeOf = (fact: Fact) => {
    const name = partOf(fact).find((one) => firsts.has(one));
    return name === undefined || !there.has(name) || isFirst(fact) || follows(fact) ? name : undefined;
  };
  const together = grouped(
    single.filter((fact) => wholeOf(fact) !== undefined),
    (fact) => wholeOf(fact)!,
  ).map(({ key, items }): FactSum => {
    const first = firsts.get(key)!;
    return {
      whole: there.has(key) ? 'moved' : 'lacked',
      facts: [first, ...items.filter((fact) => fact !== first)],
    };
  });
  return [
    ...sums.filter(({ facts: [fact], extension }) => extension !== undefined || wholeOf(fact) === undefined),
    ...together,
  ];
}

/** Whether the other side has the same grant but for the owner, to whom or by whom it is. */
function followsOwner(own: readonly Fact[], others: readonly Fact[]): (fact: Fact) => boolean {
  const asOfOwner = (facts: readonly Fact[]) => {
    const owners = ownersOf(facts);
    return (fact: Fact) => {
      const owner = ownerIn(owners, fact);
      const { role, detail } = fact;
      const unless = (name: unknown) => (name === owner ? '' : String(name));
      return factLine({ ...fact, role: unless(role), detail: { ...detail, grantor: unless(detail['grantor']) } });
    };
  };
  const ofOwn = asOfOwner(own);
  const there = new Set(others.filter(isGrant).map(asOfOwner(others)));
  return (fact) => isGrant(fact) && there.has(ofOwn(fact));
}

/** Whether a fact says that there is a role or an object. */
const isFirst = ({ kind, property }: Fact) => property === (kind === 'role' ? 'exists' : 'owner');

const nameOf = ({ kind, object }: Fact) => `${kind} ${object}`;

function extensionOf({ kind, object, detail: { extension } }: Fact): string | undefined {
  return kind === 'extension' ? plainName(object) : typeof extension === 'string' ? extension : undefined;
}
