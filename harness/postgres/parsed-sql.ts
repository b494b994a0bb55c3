import { messageOf } from '../common/errors.ts';

/** One statement of a script. Offsets are in UTF-16 code units, as in JavaScript. */
export interface ParsedStatement {
  /** The parser's name for it: `SelectStmt`, `TransactionStmt`. */
  kind: string;
  /** The parser's tree. */
  node: Record<string, unknown>;
  /** The offset of its first word. */
  start: number;
  /** Its text, without the semicolon and without the space around it. */
  text: string;
}

/** A word, literal, comment or sign of SQL text. Offsets are in UTF-16 code units. */
export interface SqlToken {
  /** Keywords in lower case. Names and literals are unchanged. */
  word: string;
  kind: 'keyword' | 'string' | 'comment' | 'other';
  start: number;
  end: number;
}

/** What was read, or the parser's words about why it could not. */
export type Parsed<T> = { read: T[] } | { fault: string };

/** PostgreSQL's own parser, of the major version that `parserMajor` names. */
export interface SqlParser {
  statements(sql: string): Parsed<ParsedStatement>;
  /** The tokens of the text. PL/pgSQL's bodies use the same lexer. */
  tokens(sql: string): Parsed<SqlToken>;
  /** The text of a string literal, whatever its quotes and escapes; undefined if it is not one. */
  textOf(literal: string): string | undefined;
}

export const parserMajor = 18;

let parser: Promise<SqlParser> | undefined;

/** The parser, loaded on first use: most commands read no SQL. */
export function sqlParser(): Promise<SqlParser> {
  parser ??= load();
  return parser;
}

async function load(): Promise<SqlParser> {
  const library = await import('libpg-query');
  await library.loadModule();
  return {
    statements: (sql) =>
      attempted(sql, (at) =>
        (library.parseSync(sql).stmts ?? []).map(({ stmt, stmt_location: begin = 0, stmt_len: length }) => {
          const [kind, node] = Object.entries(stmt ?? {})[0] as [string, Record<string, unknown>];
          const start = at(begin);
          return { kind, node, start, text: sql.slice(start, length === undefined ? undefined : at(begin + length)) };
        }),
      ),
    tokens: (sql) =>
      attempted(sql, (at) =>
        library.scanSync(sql).tokens.map(({ text, start, end, tokenName, keywordName }) => ({
          word: keywordName === 'NO_KEYWORD' ? text : text.toLowerCase(),
          kind: kindOf(tokenName, keywordName, text),
          start: at(start),
          end: at(end),
        })),
      ),
    textOf: (literal) => {
      const parsed = attempted(literal, () => library.parseSync(`select ${literal}`).stmts ?? []);
      const [statement] = 'read' in parsed ? parsed.read : [];
      const select = statement?.stmt as { SelectStmt?: { targetList?: ResTarget[] } } | undefined;
      const constant = select?.SelectStmt?.targetList?.[0]?.ResTarget?.val?.A_Const;
      return constant?.sval === undefined ? undefined : (constant.sval.sval ?? '');
    },
  };
}

/** A column of a SELECT, as far as it is a literal. An empty text is left out. */
interface ResTarget {
  ResTarget?: { val?: { A_Const?: { sval?: { sval?: string } } } };
}

function kindOf(token: string, keyword: string, text: string): SqlToken['kind'] {
  return keyword !== 'NO_KEYWORD'
    ? 'keyword'
    : /_COMMENT$/.test(token)
      ? 'comment'
      : /^.?SCONST$/.test(token) || /^u&'/i.test(text)
        ? 'string'
        : 'other';
}

/** The result of `read`, with a conversion from the parser's offsets to ours. */
function attempted<T>(sql: string, read: (at: (byte: number) => number) => T[]): Parsed<T> {
  // The parser takes C strings, and reports an empty one as a fault.
  if (sql.includes('\0')) {
    return { fault: 'it holds a NUL character' };
  }
  try {
    return { read: sql === '' ? [] : read(offsets(sql)) };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

/** The parser counts bytes of UTF-8. */
function offsets(sql: string): (byte: number) => number {
  const length = Buffer.byteLength(sql);
  if (length === sql.length) {
    return (byte) => byte;
  }
  const units = new Uint32Array(length + 1);
  let at = 0;
  let unit = 0;
  for (const character of sql) {
    const width = Buffer.byteLength(character);
    units.fill(unit, at, at + width);
    at += width;
    unit += character.length;
  }
  units[at] = unit;
  return (byte) => units[byte]!;
}
