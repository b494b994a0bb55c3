import { joined, plainName, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { fillSql } from '../contract/placeholders.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { ContextRecord } from './session-parts.ts';

/** A condition of the contract, filled in for whoever asks. */
export function filled(condition: SqlText, { record, identity }: { record: ContextRecord; identity: string }): SqlText {
  const text: SqlText = fillSql(condition, (name) => {
    const value = name === 'identity' ? identity : (record[name] ?? null);
    return value === null ? 'null' : quoteLiteral(value);
  });
  // A comment at the end of the text must not swallow the bracket.
  return sql`(${text}\n)`;
}

/** Names in a row, quoted. */
export function rowOf(columns: readonly RawName[]): SqlText {
  return joined(columns.map(quoteIdentifier));
}

/** The condition that columns of a view show the key of a row that meets a condition, or no row: an outer join may show none. */
export function isOneOf(
  columns: readonly RawName[],
  table: SqlName,
  key: readonly RawName[],
  condition: SqlText,
): SqlText {
  const isNone = joined(
    columns.map((name) => sql`${quoteIdentifier(name)} is null`),
    ' or ',
  );
  return sql`(${isNone} or (${rowOf(columns)}) in (select ${rowOf(key)} from ${table} where ${condition}))`;
}

/**
 * The names in a condition except its placeholders, as the server reads them. Empty if the parser cannot read the condition,
 * which the server refuses too.
 */
export function namesIn(parser: SqlParser, condition: SqlText): Set<RawName> {
  const tokens = parser.tokens(fillSql(condition, () => 'null'));
  const words = 'read' in tokens ? tokens.read.filter(({ kind }) => kind === 'keyword' || kind === 'other') : [];
  return new Set(words.map(({ word }) => (word.startsWith('"') ? plainName(word) : word.toLowerCase())));
}
