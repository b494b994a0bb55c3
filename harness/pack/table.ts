/** What is told apart by a key, each once, in the order in which it came. */
export class Table<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();
  readonly #keyOf: (item: T) => string;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  /** The place of the item, which is added where it is new. */
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

/** The item at a place that something refers to; refuses one that is not there. */
export function taken<T>(table: readonly T[], at: number, name: string): T {
  const item = table[at];
  if (item === undefined) {
    throw new Error(`refers to place ${at} of ${name}, which has ${table.length}`);
  }
  return item;
}
