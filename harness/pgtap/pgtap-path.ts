import { sql, type SqlText } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/** Puts pgTAP's schema last on the search path, so that a suite's own names resolve as they do for its login. */
export function pgtapPath(schema: string): SqlText {
  return sql`select pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ${quoteLiteral(`, ${quoteIdentifier(schema)}`)}, false)`;
}
