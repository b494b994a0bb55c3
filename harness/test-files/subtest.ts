const testLine = /^( *)(?:not )?ok\b(?:.*?[^\\]#\s*(SKIP|TODO)\b)?/i;
const planLine = /^ *1\.\.\d+/;

/**
 * Counts what the subtest before a test really asserted: its assertions that are neither skipped nor TODO. An assertion with a
 * subtest of its own counts as what that asserted. The lines of a subtest are indented by four columns more than the test that
 * they are about.
 */
export class Subtest {
  /** Assertions made so far, by the indentation of their lines. */
  readonly #made = new Map<number, number>();

  /** Takes an indented line. */
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

  /** The number of the subtest that ends here; undefined if there was none. */
  end(): number | undefined {
    return this.#take(0);
  }

  #add(columns: number, more: number): void {
    this.#made.set(columns, (this.#made.get(columns) ?? 0) + more);
  }

  /** Takes the number of those that are indented by more than `columns`. */
  #take(columns: number): number | undefined {
    const deeper = [...this.#made.keys()].filter((one) => one > columns);
    const sum = deeper.reduce((all, one) => all + this.#made.get(one)!, 0);
    deeper.forEach((one) => this.#made.delete(one));
    return deeper.length === 0 ? undefined : sum;
  }
}
