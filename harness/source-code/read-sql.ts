import type { SqlParser } from '../postgres/parsed-sql.ts';
import { languageOf } from './languages.ts';
import { literalsIn, type Literal } from './literals.ts';
import { looksLikeSql, statementsOf, unknownName } from './sql-texts.ts';
import { usesOf, type Use } from './statement-uses.ts';

/** A position in source code, with the path relative to the root. */
export interface CodePlace {
  file: string;
  line: number;
}

/** An SQL text in source code, and what its statements use; undefined if the parser could not read it. */
export interface CodeSql extends CodePlace {
  uses: Use[] | undefined;
  /** Whether a name that it uses is only filled in when the program runs. */
  namesFilledIn: boolean;
}

/** The SQL in strings of source code, or of a whole .sql file, in the order of files and lines. */
export function readSql(files: ReadonlyMap<string, string>, parser: SqlParser): CodeSql[] {
  return [...files].flatMap(([file, source]) => {
    const lineAt = lines(source);
    return textsOf(file, source)
      .filter(({ text }) => looksLikeSql(text))
      .map((literal) => {
        const uses = statementsOf(literal.text, parser)?.flatMap(usesOf);
        return {
          file,
          line: lineAt(beginning(source, literal)),
          uses: uses?.filter((use) => !isFilledIn(use)),
          namesFilledIn: uses?.some(isFilledIn) ?? false,
        };
      });
  });
}

function isFilledIn({ name, schema }: Use): boolean {
  return name === unknownName || schema === unknownName;
}

/** An SQL file consists of statements. `;` at the end of a line ends one. */
function textsOf(file: string, source: string): Literal[] {
  if (!file.endsWith('.sql')) {
    return literalsIn(source, languageOf(file));
  }
  let start = 0;
  return source.split(/(?<=;[ \t]*(?:--[^\n]*)?\n)/).map((text) => {
    const end = start + text.length;
    const literal = { text, start, end };
    start = end;
    return literal;
  });
}

/** The position of a text's first word. */
function beginning(source: string, { text, start, end }: Literal): number {
  const word = /[a-z]+/i.exec(text.replace(/^(?:\s*--[^\n]*\n)+/, ''))?.[0] ?? '';
  const at = source.indexOf(word, start);
  return at === -1 || at >= end ? start : at;
}

/** The 1-based line of a position. Positions must be asked in order. */
function lines(source: string): (at: number) => number {
  let line = 1;
  let seen = 0;
  return (at) => {
    for (let next = source.indexOf('\n', seen); next !== -1 && next < at; next = source.indexOf('\n', seen)) {
      line += 1;
      seen = next + 1;
    }
    return line;
  };
}
