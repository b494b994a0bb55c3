import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { messageOf } from '../../common/errors.ts';
import type { Command, CommandCall } from '../command.ts';
import { SlashFault } from '../slash-scanner.ts';
import { openFile } from './output.ts';

/** What a `\copy` says. */
export interface CopyRequest {
  /** The table with its columns, or the query in parentheses. */
  what: string;
  direction: 'from' | 'to';
  /** A file's name, or one of the streams. */
  end: { file: string } | { program: string } | 'stdin' | 'stdout' | 'pstdin' | 'pstdout';
  /** What follows: `with (…)`, `where …`. */
  rest: string;
}

const token = /\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\(|\)|[^\s'"()]+/g;

/** Reads the arguments of a `\copy`; refuses what it cannot be. */
export function parseCopy(line: string): CopyRequest {
  const tokens = line.match(token) ?? [];
  let depth = 0;
  const at = tokens.findIndex((word) => {
    depth += word === '(' ? 1 : word === ')' ? -1 : 0;
    return depth === 0 && /^(?:from|to)$/i.test(word);
  });
  const direction = tokens[at]?.toLowerCase();
  const after = tokens.slice(at + 1);
  const what = tokens.slice(0, at).join('').trim();
  const next = () => {
    while (after[0]?.trim() === '') {
      after.shift();
    }
    return after.shift();
  };
  const first = next();
  if (at === -1 || what === '' || first === undefined || (direction !== 'from' && direction !== 'to')) {
    throw new SlashFault('\\copy: arguments required: TABLE or (QUERY), FROM or TO, a file');
  }
  const unquoted = (word: string) => (word.startsWith("'") ? word.slice(1, -1).replaceAll("''", "'") : word);
  const isWord = (word: string) => first.toLowerCase() === word;
  if (isWord('program')) {
    const program = next();
    if (program?.startsWith("'") !== true) {
      throw new SlashFault('\\copy: the program must stand in single quotes');
    }
    return { what, direction, end: { program: unquoted(program) }, rest: after.join('').trim() };
  }
  const stream = (['stdin', 'stdout', 'pstdin', 'pstdout'] as const).find(isWord);
  return { what, direction, end: stream ?? { file: unquoted(first) }, rest: after.join('').trim() };
}

async function copy(call: CommandCall): Promise<void> {
  const { psql, reading } = call;
  const { what, direction, end, rest } = parseCopy(call.line());
  if (typeof end === 'object' && 'program' in end && psql.options.shell === undefined) {
    throw new SlashFault('\\copy … program runs a program, which takes --allow-shell', true);
  }
  if (typeof end === 'object' && 'program' in end && direction === 'to') {
    throw new SlashFault('\\copy … to program is not supported', true);
  }
  if (end === 'pstdin' || end === 'pstdout') {
    throw new SlashFault(`\\copy … ${direction} ${end} is not supported: there is no terminal`, true);
  }
  const text = `COPY ${what} ${direction === 'from' ? 'FROM STDIN' : 'TO STDOUT'} ${rest}`.trim();
  const statement = {
    text,
    marks: [{ offset: 0, line: reading.source.line }],
    source: reading.source,
    isJoined: false,
  };
  let rows: string | undefined;
  if (typeof end === 'object' && direction === 'from') {
    rows =
      'program' in end
        ? psql.options.shell!(end.program, psql.shellEnv)
        : await readFile(path.resolve(psql.cwd, end.file), 'utf8').catch((error: unknown) => {
            throw new SlashFault(`\\copy: ${messageOf(error)}`);
          });
  }
  const write =
    typeof end === 'object' && 'file' in end && direction === 'to'
      ? openFile(path.resolve(psql.cwd, end.file))
      : (out: string) => psql.queryOutput(out);
  if (!(await psql.sender.run(statement, undefined, { rows, write }))) {
    throw new SlashFault('');
  }
}

export const copyCommands: Readonly<Record<string, Command>> = { copy: { wholeLine: true, run: copy } };
