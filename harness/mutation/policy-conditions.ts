import { joined, type RawName, type SqlText } from '../common/sql.ts';
import type { SqlParser, SqlToken } from '../postgres/parsed-sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';

/** The expression of a policy with one of its AND conditions removed, each in turn, numbered from 1; empty if it has no AND. */
export function without(parser: SqlParser, expression: SqlText | undefined): { place: number; rest: SqlText }[] {
  const conditions = conditionsOf(parser, expression ?? '');
  return conditions.length < 2
    ? []
    : conditions.map((_, index) => ({
        place: index + 1,
        rest: joined(
          conditions.filter((__, other) => other !== index),
          ' and ',
        ),
      }));
}

/**
 * The conditions that an expression joins by AND, without comments between them: `((a = 1) AND (b = 2))`. An expression that the
 * parser cannot read is one condition.
 */
export function conditionsOf(parser: SqlParser, expression: SqlText): SqlText[] {
  const tokens = unwrapped(codeIn(parser, expression));
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  // Each BETWEEN has an AND of its own.
  let betweens = 0;
  for (const token of tokens) {
    depth += stepOf(token);
    betweens += depth === 0 && isKeyword(token, 'between') ? 1 : 0;
    if (depth > 0 || !isKeyword(token, 'and')) {
      parts.at(-1)!.push(token);
    } else if (betweens > 0) {
      betweens -= 1;
      parts.at(-1)!.push(token);
    } else {
      parts.push([]);
    }
  }
  return tokens.length === 0
    ? [expression]
    : parts.map((part) => expression.slice(part[0]?.start ?? 0, part.at(-1)?.end ?? 0));
}

/** The tokens without the brackets around the whole of them. */
function unwrapped(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    depth += stepOf(token);
    if (depth === 0) {
      return index > 0 && index === tokens.length - 1 && tokens[0]!.word === '(' ? tokens.slice(1, -1) : tokens;
    }
  }
  return tokens;
}

/** Whether a token opens or closes a bracket or a CASE, inside which AND joins something else. */
function stepOf(token: SqlToken): number {
  return token.word === '(' || isKeyword(token, 'case') ? 1 : token.word === ')' || isKeyword(token, 'end') ? -1 : 0;
}

function isKeyword({ kind, word }: SqlToken, keyword: string): boolean {
  return kind === 'keyword' && word === keyword;
}

/** Keys by which an expression reads from JSON documents. */
export function keysIn(parser: SqlParser, expression: SqlText): RawName[] {
  return [...new Set(keyTokens(parser, expression).map(({ key }) => key))];
}

/** The expression with a key replaced by another; undefined if it does not have the key. */
export function renamed(parser: SqlParser, expression: SqlText | undefined, key: RawName): SqlText | undefined {
  const named = keyTokens(parser, expression ?? '').filter((one) => one.key === key);
  return named.length === 0
    ? undefined
    : named.reduceRight<SqlText>(
        (text, { start, end }) => text.slice(0, start) + quoteLiteral('rolecall_mutant') + text.slice(end),
        expression!,
      );
}

/** The literals after the arrows `->` and `->>`. */
function keyTokens(parser: SqlParser, expression: SqlText): { key: RawName; start: number; end: number }[] {
  const tokens = codeIn(parser, expression);
  return tokens.flatMap(({ kind, word, start, end }, index) => {
    const isBehindArrow = ['->', '->>'].includes(tokens[index - 1]?.word ?? '');
    const key = kind === 'string' && isBehindArrow ? parser.textOf(word) : undefined;
    return key === undefined ? [] : [{ key, start, end }];
  });
}

function codeIn(parser: SqlParser, expression: SqlText): readonly SqlToken[] {
  const tokens = parser.tokens(expression);
  return 'read' in tokens ? tokens.read.filter(({ kind }) => kind !== 'comment') : [];
}
