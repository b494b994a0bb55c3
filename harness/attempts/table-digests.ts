import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';

/** A digest of the rows of each table as a superuser sees them, to compare with a later one. */
export class TableDigests {
  readonly #superuser: Session;
  readonly #seen = new Map<string, string>();

  constructor(superuser: Session) {
    this.#superuser = superuser;
  }

  /** Those of `tables` whose rows changed since the last look. A table without an earlier look counts as changed. */
  async changed(tables: readonly SqlName[]): Promise<Set<string>> {
    const changed = new Set<string>();
    if (tables.length > 0) {
      const [row] = await this.#superuser.query<{ digests: string[] }>(
        sql`select array[${joined(tables.map(digestOf))}] as digests`,
      );
      tables.forEach((table, index) => {
        const digest = row!.digests[index]!;
        if ((this.#seen.get(table) ?? digest) !== digest) {
          changed.add(table);
        }
        this.#seen.set(table, digest);
      });
    }
    return changed;
  }
}

function digestOf(table: SqlName): SqlText {
  return sql`(select count(*) || ' ' || coalesce(pg_catalog.md5(pg_catalog.string_agg(held, e'\\n' order by held)), '') from (select row(t.*)::text as held from ${table} as t) as rows)`;
}
