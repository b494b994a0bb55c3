/** The items under each key that `keysOf` gives them, in their first order. */
export function indexBy<T>(
  items: Iterable<T>,
  keysOf: (item: T) => Iterable<string>,
): ReadonlyMap<string, readonly T[]> {
  const index = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const known = index.get(key);
      if (known === undefined) {
        index.set(key, [item]);
      } else {
        known.push(item);
      }
    }
  }
  return index;
}
