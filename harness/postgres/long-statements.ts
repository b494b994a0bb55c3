/** A repeated statement of at least this many characters is prepared. */
const long = 5_000;

/** The long statements of a session. Planning one costs the server more than answering it. */
export class LongStatements {
  readonly #names = new Map<string, string>();

  /** The name under which a repeated long statement is prepared; undefined for any other. */
  nameOf(sql: string): string | undefined {
    if (sql.length < long) {
      return undefined;
    }
    const known = this.#names.get(sql);
    this.#names.set(sql, known ?? `rolecall_${this.#names.size}`);
    return known;
  }
}
