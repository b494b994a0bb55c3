/** How many words psql remembers of a statement. */
const kept = 8;

/**
 * Counts the statements that are followed by rows in the script, COPY … FROM STDIN, by the words that are neither quoted nor in
 * parentheses. psql (from 15.19 on) skips those rows itself if the server refuses the COPY: they are not statements.
 */
export class CopyWords {
  #words: string[] = [];
  #ended = 0;

  /** Takes the next word of the statement, in lower case, and the depth of its parentheses. */
  word(word: string, parens: number): void {
    if (parens === 0 && this.#words.length < kept) {
      this.#words.push(word);
    }
  }

  nextStatement(): void {
    this.#ended = this.count;
    this.#words = [];
  }

  /** Their number since the last call. */
  take(): number {
    const { count } = this;
    this.#ended = 0;
    this.#words = [];
    return count;
  }

  get count(): number {
    const from = this.#words.indexOf('from');
    const end = this.#words[from + 1];
    const takesRows = this.#words[0] === 'copy' && from > 0 && (end === 'stdin' || end === 'stdout');
    return this.#ended + (takesRows ? 1 : 0);
  }
}
