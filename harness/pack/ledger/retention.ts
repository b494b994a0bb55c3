import type { IndexRow } from './rows.ts';

/** What may be removed. A pack is removed only if every given rule allows it. */
export interface Retention {
  /** How many of the newest packs of a contract, topology and major version stay. */
  keep?: number | undefined;
  /** Only packs of runs before this moment are removed, as ISO 8601. */
  before?: string | undefined;
}

/** The packs to remove, newest first. The newest of a contract, topology and major version always stays. */
export function overdue(rows: readonly IndexRow[], { keep = 1, before }: Retention): IndexRow[] {
  const counts = new Map<string, number>();
  return rows.filter(({ entered }) => {
    const { contract, topology, server, at } = entered;
    const group = JSON.stringify([contract, topology, Number.parseInt(server, 10)]);
    const place = (counts.get(group) ?? 0) + 1;
    counts.set(group, place);
    return place > Math.max(keep, 1) && (before === undefined || at < before);
  });
}
