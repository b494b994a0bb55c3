/** Characters from which on a statement that is asked again is prepared. */
const long = 5_000;

/** The long statements of a session: to plan one costs the server more than to answer it. */
export class LongStatements {
  readonly #names = new Map<string, string>();

  /** The name under which a long statement that was asked before is prepared; undefined for any other. */
  nameOf(sql: string): string | undefined {
    if (sql.length < long) {
      return undefined;
    }
    const known = this.#names.get(sql);
    this.#names.set(sql, known ?? `rolecall_${this.#names.size}`);
    return known;
  }
}
