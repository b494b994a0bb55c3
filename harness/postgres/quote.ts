import { escapeIdentifier, escapeLiteral } from 'pg';

import type { RawName, SqlName, SqlText } from '../common/sql.ts';

/** A name as SQL accepts it. For a role of facts or of the contract use `roleSql`, because `PUBLIC` is not a name. */
export function quoteIdentifier(name: RawName): SqlName {
  return escapeIdentifier(name);
}

/** A value as SQL accepts it. */
export function quoteLiteral(value: string): SqlText {
  // escapeLiteral puts a blank before E'…'.
  return escapeLiteral(value).trimStart();
}
