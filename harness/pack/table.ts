/** Items that are distinguished by a key, each once, in their first order. */
export class Table<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();
  readonly #keyOf: (item: T) => string;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  /** The index of the item, which is added if it is new. */
  place(item: T): number {
    const key = this.#keyOf(item);
    const known = this.#places.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#places.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

/** The item at a referenced index. Refuses an index that does not exist. */
export function taken<T>(table: readonly T[], at: number, name: string): T {
  const item = table[at];
  if (item === undefined) {
    throw new Error(`refers to place ${at} of ${name}, which has ${table.length}`);
  }
  return item;
}
