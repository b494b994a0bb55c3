export interface Point {
  x: number;
  y: number;
}

/** A box by its centre. */
export interface Box extends Point {
  width: number;
  height: number;
}

/** A box with its column. */
export interface RankedBox extends Box {
  rank: number;
}

/** A column of boxes: where the widest box begins and ends. */
export interface Column {
  left: number;
  right: number;
}

/** The columns of the boxes by their rank. The boxes of a column are moved to begin at the same line. */
export function columnsOf(boxes: readonly RankedBox[]): Map<number, Column> {
  const columns = new Map<number, Column>();
  for (const { rank, x, width } of boxes) {
    const { left, right } = columns.get(rank) ?? { left: Infinity, right: -Infinity };
    columns.set(rank, { left: Math.min(left, x - width / 2), right: Math.max(right, x + width / 2) });
  }
  for (const box of boxes) {
    box.x = columns.get(box.rank)!.left + box.width / 2;
  }
  return columns;
}

/** The points of an arrow. It crosses each column horizontally, so that it never runs behind a box. */
export function routed(
  { points }: { points: readonly Point[] },
  { from, to, columns }: { from: RankedBox; to: RankedBox; columns: ReadonlyMap<number, Column> },
): Point[] {
  const start = { x: from.x + from.width / 2, y: from.y };
  const end = { x: to.x - to.width / 2, y: to.y };
  const between = points.slice(1, -1).flatMap(({ x, y }) => {
    const column = [...columns.values()].find(({ left, right }) => x >= left && x <= right);
    return column === undefined
      ? [{ x, y }]
      : [
          { x: column.left, y },
          { x: column.right, y },
        ];
  });
  const leaves = { x: Math.max(start.x, columns.get(from.rank)!.right), y: from.y };
  return [start, leaves, ...between.filter(({ x }) => x > leaves.x && x < end.x), end];
}
