import { joined, plainName, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { fillSql } from '../contract/placeholders.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { ContextRecord } from './session-parts.ts';

/** A condition of the contract for whoever asks. */
export function filled(condition: SqlText, { record, identity }: { record: ContextRecord; identity: string }): SqlText {
  const text: SqlText = fillSql(condition, (name) => {
    const value = name === 'identity' ? identity : (record[name] ?? null);
    return value === null ? 'null' : quoteLiteral(value);
  });
  // A comment at its end must not take the bracket.
  return sql`(${text}\n)`;
}

/** Names in a row, quoted. */
export function rowOf(columns: readonly RawName[]): SqlText {
  return joined(columns.map(quoteIdentifier));
}

/** Whether columns of a view show a key of rows for which a condition holds, or of none: an outer join shows no row there. */
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

/** The names in a condition, beside those of its placeholders, as the server knows them; none in one that the parser cannot read, which the server refuses too. */
export function namesIn(parser: SqlParser, condition: SqlText): Set<RawName> {
  const tokens = parser.tokens(fillSql(condition, () => 'null'));
  const words = 'read' in tokens ? tokens.read.filter(({ kind }) => kind === 'keyword' || kind === 'other') : [];
  return new Set(words.map(({ word }) => (word.startsWith('"') ? plainName(word) : word.toLowerCase())));
}
