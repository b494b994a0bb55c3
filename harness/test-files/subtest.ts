const testLine = /^( *)(?:not )?ok\b(?:.*?[^\\]#\s*(SKIP|TODO)\b)?/i;
const planLine = /^ *1\.\.\d+/;

/**
 * Counts what the subtest before a test really made: its assertions that are neither skipped nor to do, where one with a subtest of
 * its own made what that made. The lines of a subtest stand four columns further right than the test that they are about.
 */
export class Subtest {
  /** Assertions made so far, by the columns that their lines are indented. */
  readonly #made = new Map<number, number>();

  /** Takes a line that is indented. */
  line(text: string): void {
    const test = testLine.exec(text);
    if (test === null) {
      const plan = planLine.exec(text);
      if (plan !== null) {
        this.#add(text.search(/\S/), 0);
      }
      return;
    }
    const columns = test[1]!.length;
    const inner = this.#take(columns);
    this.#add(columns, test[2] !== undefined || inner === 0 ? 0 : 1);
  }

  /** How many the subtest made that ends here; undefined where there was none. */
  end(): number | undefined {
    return this.#take(0);
  }

  #add(columns: number, more: number): void {
    this.#made.set(columns, (this.#made.get(columns) ?? 0) + more);
  }

  /** What was made further right than `columns`, which is used up. */
  #take(columns: number): number | undefined {
    const deeper = [...this.#made.keys()].filter((one) => one > columns);
    const sum = deeper.reduce((all, one) => all + this.#made.get(one)!, 0);
    deeper.forEach((one) => this.#made.delete(one));
    return deeper.length === 0 ? undefined : sum;
  }
}
