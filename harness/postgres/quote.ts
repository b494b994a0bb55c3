import { escapeIdentifier, escapeLiteral } from 'pg';

import type { RawName, SqlName, SqlText } from '../common/sql.ts';

/** A name as SQL takes it. A role of facts or of the contract is quoted by `roleSql`, for `PUBLIC` is not a name. */
export function quoteIdentifier(name: RawName): SqlName {
  return escapeIdentifier(name);
}

/** A value as SQL takes it. */
export function quoteLiteral(value: string): SqlText {
  // A blank stands before E'…'.
  return escapeLiteral(value).trimStart();
}
