import { RolecallError } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';
import { matchesPattern } from '../common/pattern.ts';

/** One part of `of`, counted from 1. */
export interface Shard {
  index: number;
  of: number;
}

/** The shard that `i/n` names; refuses with `bad-argument`. */
export function parseShard(text: string): Shard {
  const [, index, of] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index > of) {
    throw new RolecallError('bad-argument', {
      message: `--shard ${text} is not a part of a whole`,
      next: 'It reads i/n with 1 ≤ i ≤ n, as 2/3.',
    });
  }
  return { index, of };
}

/** Every n-th mutant, so that each part has some of every operator. All parts together are the whole. */
export function partOf<T>(sorted: readonly T[], { index, of }: Shard): T[] {
  return sorted.filter((_, place) => place % of === index - 1);
}

/**
 * The mutants that `--only` selects: the one with that id, otherwise all whose id contains the text or matches it as a pattern
 * with `*`.
 */
export function only<T extends { id: string }>(mutants: readonly T[], pattern: string): T[] {
  const exact = mutants.filter(({ id }) => id === pattern);
  return exact.length > 0
    ? exact
    : mutants.filter(({ id }) => (pattern.includes('*') ? matchesPattern(pattern, id) : id.includes(pattern)));
}

/** What parts must have in common, and which part each is. `name` is the name of its file. */
export interface Part {
  name: string;
  shard: Shard | null;
  /** Equal for all parts of one whole. */
  whole: string;
  ids: readonly string[];
}

/** Refuses with `bad-argument` parts that are not all parts of one whole, each once. One message has all faults. */
export function requireWhole(parts: readonly Part[]): void {
  const model = parts.find(({ shard }) => shard !== null);
  const of = model?.shard?.of ?? 0;
  const there = parts.map(({ shard }) => shard?.index ?? 0);
  const missing = Array.from({ length: of }, (_, place) => place + 1).filter((index) => !there.includes(index));
  const twice = repeated(parts.flatMap((part) => part.ids)).toSorted(byCodeUnit);
  const faults = [
    ...(parts.length === 0 ? ['there is no part to merge'] : []),
    ...parts
      .filter(({ shard }) => shard === null)
      .map(({ name }) => `${name} is not a part: it was made without --shard`),
    ...parts
      .filter(({ shard }) => shard !== null && shard.of !== of)
      .map(({ name, shard }) => `${name} is one of ${shard!.of}, and ${model!.name} one of ${of}`),
    ...parts
      .filter(({ whole }) => whole !== parts[0]!.whole)
      .map(({ name }) => `${name} was made from other inputs or on another server than ${parts[0]!.name}`),
    ...missing.map((index) => `part ${index}/${of} is missing`),
    ...repeated(there.filter((index) => index > 0)).map((index) => `part ${index}/${of} is there more than once`),
    ...(twice.length === 0
      ? []
      : [
          `${twice.length} ${twice.length === 1 ? 'mutant is' : 'mutants are'} there more than once, ${twice[0]!} among them`,
        ]),
  ];
  if (faults.length > 0) {
    throw new RolecallError('bad-argument', {
      message: `these files are not all parts of the same run\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
      next: 'Give the mutation.<i>-of-<n>.json of every part of one mutate --shard.',
    });
  }
}

/** Items that occur more than once, each listed once. */
function repeated<T>(items: readonly T[]): T[] {
  const seen = new Set<T>();
  return [...new Set(items.filter((item) => seen.size === seen.add(item).size))];
}
