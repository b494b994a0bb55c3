import { plainName } from '../common/sql.ts';
import type { SqlParser, SqlToken } from '../postgres/parsed-sql.ts';

/** A statement of a file, or a line of one that is not SQL. */
export interface Statement {
  file: string;
  line: number;
  /** Keywords in lower case, names as the server has them. Signs count as words. */
  words: readonly string[];
}

const verbs = new Set(['alter', 'create', 'drop', 'grant', 'reassign', 'revoke']);

/**
 * The statements of a file, including those in texts: the body of a DO, what a program sends. What is not SQL is read line by
 * line.
 */
export function statementsOf(file: string, text: string, parser: SqlParser): Statement[] {
  // psql's commands have lines of their own.
  const sql = text.replaceAll(/^[ \t]*\\[^\n]*/gm, (line) => ' '.repeat(line.length));
  const parsed = file.endsWith('.sql') ? parser.tokens(sql) : { fault: 'no SQL' };
  return 'fault' in parsed ? linesOf(file, text) : inTokens(file, sql, parsed.read, parser, 0);
}

function inTokens(
  file: string,
  sql: string,
  tokens: readonly SqlToken[],
  parser: SqlParser,
  linesBefore: number,
): Statement[] {
  const found: Statement[] = [];
  const lineAt = (offset: number) => linesBefore + sql.slice(0, offset).split('\n').length;
  let words: string[] = [];
  let start: number | undefined;
  const end = () => {
    if (start !== undefined) {
      found.push({ file, line: lineAt(start), words });
    }
    words = [];
    start = undefined;
  };
  for (const token of tokens) {
    if (token.kind === 'comment') {
      continue;
    }
    if (token.word === ';') {
      end();
      continue;
    }
    if (token.kind === 'string') {
      const inner = parser.textOf(token.word);
      const within = inner === undefined ? { fault: '' } : parser.tokens(inner);
      if (inner !== undefined && 'read' in within && within.read.some(({ word }) => verbs.has(word))) {
        found.push(...inTokens(file, inner, within.read, parser, lineAt(token.start) - 1));
      }
    }
    // The opening of a block does not belong to the statement that follows.
    if (
      start !== undefined &&
      verbs.has(token.word) &&
      ['begin', 'then', 'else', 'loop'].includes(words.at(-1) ?? '')
    ) {
      end();
    }
    start ??= token.start;
    words.push(
      token.word.startsWith('"')
        ? plainName(token.word)
        : token.kind === 'string'
          ? token.word
          : token.word.toLowerCase(),
    );
  }
  end();
  return found;
}

/** How many lines a statement may span in a program's string. */
const most = 5;

function linesOf(file: string, text: string): Statement[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const from = line.search(/\b(?:alter|create|drop|grant|reassign|revoke)\b/i);
    if (from === -1) {
      return [];
    }
    const all = [line.slice(from), ...lines.slice(index + 1, index + most)].join('\n');
    return [
      {
        file,
        line: index + 1,
        words:
          all
            .split(';')[0]!
            .match(/[\w$]+/g)
            ?.map((word) => word.toLowerCase()) ?? [],
      },
    ];
  });
}

/** The statement's first words: `GRANT`, `CREATE POLICY`, `ALTER DEFAULT PRIVILEGES`. */
export function firstWords({ words }: Statement): string {
  const [first = '', ...rest] = words.filter((word) => !['or', 'replace', 'unique', 'constraint'].includes(word));
  const further = ['alter', 'create', 'drop'].includes(first)
    ? rest[0] === 'default' || rest[0] === 'materialized'
      ? 2
      : 1
    : 0;
  return [first, ...rest.slice(0, further)].join(' ').toUpperCase();
}
