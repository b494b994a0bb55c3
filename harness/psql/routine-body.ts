/** Tracks whether the body of a function is open: `BEGIN ATOMIC … END` contains semicolons of its own. */
export class RoutineBody {
  /** Open BEGIN … END and CASE … END blocks. */
  #blocks = 0;
  #words = 0;
  #opening: string[] = [];

  get isOpen(): boolean {
    return this.#blocks > 0;
  }

  reset(): void {
    this.#blocks = 0;
    this.nextStatement();
  }

  nextStatement(): void {
    this.#words = 0;
    this.#opening = [];
  }

  /** Takes the next word of the statement, in lower case, and the depth of its parentheses. */
  word(word: string, parens: number): void {
    if (this.#words < 4 && ['create', 'function', 'procedure', 'or', 'replace'].includes(word)) {
      this.#opening[this.#words] = word;
    }
    this.#words += 1;
    const [first, second, third, fourth] = this.#opening;
    const isRoutine = (name: string | undefined) => name === 'function' || name === 'procedure';
    const makes = isRoutine(second) || (second === 'or' && third === 'replace' && isRoutine(fourth));
    if (first !== 'create' || !makes || parens > 0) {
      return;
    }
    if (word === 'begin' || (word === 'case' && this.#blocks > 0)) {
      this.#blocks += 1;
    } else if (word === 'end') {
      this.#blocks = Math.max(0, this.#blocks - 1);
    }
  }
}
