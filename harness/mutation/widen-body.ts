import type { SqlText } from '../common/sql.ts';
import type { SqlParser, SqlToken } from '../postgres/parsed-sql.ts';

/** The text of a function or procedure. */
export interface FunctionText {
  /** `f` for a function, `p` a procedure, `a` an aggregate, `w` a window function. */
  kind: string;
  language: string;
  /** Whether the body is SQL that was parsed when the function was made, not a text. */
  parsed: boolean;
  returnsSet: boolean;
  /** The body as text; '' if it was parsed. */
  body: string;
  /** pg_get_functiondef; '' for aggregates. */
  definition: string;
}

/** The statement that replaces the function by one that gives more; null if no way to widen its body is known. */
export function widenedDefinition(
  parser: SqlParser,
  { definition, body, parsed, language, returnsSet, kind }: FunctionText,
): SqlText | null {
  if ((kind !== 'f' && kind !== 'p') || (language !== 'sql' && language !== 'plpgsql')) {
    return null;
  }
  const begin = parsed ? bodyStart(parser, definition) : definition.lastIndexOf(body);
  if (begin === -1) {
    return null;
  }
  const text = parsed ? definition.slice(begin) : body;
  const wide = withoutCondition(parser, text) ?? (language === 'sql' && returnsSet ? doubled(parser, text) : undefined);
  return wide === undefined ? null : definition.slice(0, begin) + wide + definition.slice(begin + text.length);
}

/** Where BEGIN ATOMIC or RETURN begins, after all properties of the function; -1 without one. */
function bodyStart(parser: SqlParser, definition: string): number {
  const tokens = codeOf(parser, definition);
  let depth = 0;
  for (const [index, { word, kind, start }] of tokens.entries()) {
    depth += word === '(' ? 1 : word === ')' ? -1 : 0;
    const begins = word === 'return' || (word === 'begin' && tokens[index + 1]?.word === 'atomic');
    // A function or type with that name would be printed with its schema.
    if (begins && kind === 'keyword' && depth === 0 && tokens[index - 1]?.word !== '.') {
      return start;
    }
  }
  return -1;
}

/** The body with its first condition always true; undefined if it has none. */
function withoutCondition(parser: SqlParser, body: string): string | undefined {
  const tokens = codeOf(parser, body);
  const where = tokens.find(
    ({ word, kind }, index) => word === 'where' && kind === 'keyword' && !isNoCondition(tokens, index),
  );
  return where === undefined ? undefined : `${body.slice(0, where.start)}where true or${body.slice(where.end)}`;
}

/** `where current of …` names a row, and `on conflict (…) where …` an index. */
function isNoCondition(tokens: readonly SqlToken[], at: number): boolean {
  if (tokens[at + 1]?.word === 'current' && tokens[at + 2]?.word === 'of') {
    return true;
  }
  let open = at - 1;
  for (let depth = 0; open >= 0; open -= 1) {
    depth += tokens[open]!.word === ')' ? 1 : tokens[open]!.word === '(' ? -1 : 0;
    if (depth === 0) {
      break;
    }
  }
  return tokens[open - 1]?.word === 'conflict' && tokens[open]?.word === '(';
}

/** A body of one query, with every row twice. */
function doubled(parser: SqlParser, body: string): string | undefined {
  const script = parser.statements(body);
  const [query, ...others] = 'read' in script ? script.read : [];
  return query?.kind === 'SelectStmt' && others.length === 0
    ? `(${query.text}\n) union all (${query.text}\n)`
    : undefined;
}

function codeOf(parser: SqlParser, sql: string): SqlToken[] {
  const tokens = parser.tokens(sql);
  return 'read' in tokens ? tokens.read.filter(({ kind }) => kind !== 'comment') : [];
}
