import type { Entered, IndexLine, Removed } from './line.ts';

/** A pack of the index: the line that last entered it, and the one that records its removal. */
export interface IndexRow {
  entered: Entered;
  removed?: Removed;
}

/** The packs of an index, newest first, each once. A pack that replaced an earlier one stands for it. */
export function rowsOf(lines: readonly IndexLine[]): IndexRow[] {
  const rows = new Map<string, IndexRow>();
  for (const line of lines) {
    if (line.kind !== 'removed') {
      // Added again, so that it comes last.
      rows.delete(line.pack);
      rows.set(line.pack, { entered: line });
      continue;
    }
    const row = rows.get(line.pack);
    if (row !== undefined) {
      row.removed = line;
    }
  }
  return [...rows.values()].toReversed();
}

/** Whether a line has this digest. A line that was taken over has only a short one. */
export function isDigest({ manifest_sha256 }: Pick<Entered, 'manifest_sha256'>, digest: string): boolean {
  return digest.startsWith(manifest_sha256);
}

/** What an index says against a pack with this manifest digest, one line each. */
export function rowFaults(lines: readonly IndexLine[], pack: string, digest: string): string[] {
  const row = rowsOf(lines).find(({ entered }) => entered.pack === pack);
  return row === undefined
    ? [`the index has no row of ${pack}`]
    : isDigest(row.entered, digest)
      ? []
      : [`the index knows another manifest of ${pack}`];
}
