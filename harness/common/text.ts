import { byCodeUnit } from './order.ts';

/** `1 finding`, `2 findings`; `2 identities` with a given plural. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
}

/** The items by key. Keys are in the order of `compare`, items in their first order. */
export function grouped<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  compare = byCodeUnit,
): { key: string; items: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return [...groups].map(([key, group]) => ({ key, items: group })).sort((a, b) => compare(a.key, b.key));
}

/** An outcome in a reader's words. An error keeps its code. */
export function outcomeWords(outcome: string): string {
  return outcome.replace('-rls', '-RLS').replace(/[-:]/g, ' ');
}

/** `41.2 s`, or minutes and seconds from one minute on. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
