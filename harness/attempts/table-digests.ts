import type { Session } from '../postgres/session.ts';

/** What tables hold, as a superuser sees it: a digest for each, to be compared with a later one. */
export class TableDigests {
  readonly #superuser: Session;
  readonly #seen = new Map<string, string>();

  constructor(superuser: Session) {
    this.#superuser = superuser;
  }

  /** What was seen of `table` the last time, or now. */
  async last(table: string): Promise<string> {
    return this.#seen.get(table) ?? this.look(table);
  }

  /** Count and digest of all rows as they are now. */
  async look(table: string): Promise<string> {
    const [row] = await this.#superuser.query<{ digest: string }>(
      `select count(*) || ' ' || coalesce(pg_catalog.md5(pg_catalog.string_agg(held, e'\\n' order by held)), '') as digest from (select t::text as held from ${table} as t) as rows`,
    );
    this.#seen.set(table, row!.digest);
    return row!.digest;
  }
}
