import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { messageOf } from '../../common/errors.ts';
import type { Command, CommandCall } from '../command.ts';
import type { Psql } from '../psql.ts';
import type { CopyEnds } from '../sender.ts';
import { allowedShell, runProgram } from '../shell.ts';
import { SlashFault } from '../slash-scanner.ts';
import { openFile } from './output.ts';

/** The parts of a `\copy`. */
export interface CopyRequest {
  /** The table with its columns, or the query in parentheses. */
  what: string;
  direction: 'from' | 'to';
  /** A file's name, or one of the streams. */
  end: { file: string } | { program: string } | 'stdin' | 'stdout' | 'pstdin' | 'pstdout';
  /** The text after that: `with (…)`, `where …`. */
  rest: string;
}

const token = /\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\(|\)|[^\s'"()]+/g;

/** Reads the arguments of a `\copy`. Refuses an invalid one. */
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
  const request = parseCopy(call.line());
  const { what, direction, end, rest } = request;
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
  const { ends, finish } = direction === 'from' ? await rowsOf(request, psql) : rowsTo(request, psql);
  const isCopied = await psql.sender.run(statement, undefined, ends);
  const failure = finish?.();
  if (!isCopied) {
    throw new SlashFault('');
  }
  if (failure !== undefined) {
    throw new SlashFault(failure, false, false);
  }
}

/** The other end of a COPY, and what is done after it, which returns a failure if there was one. */
interface OtherEnd {
  ends: CopyEnds;
  finish?: () => string | undefined;
}

const runs = '\\copy … program runs a program';

async function rowsOf({ end }: CopyRequest, psql: Psql): Promise<OtherEnd> {
  if (typeof end !== 'object') {
    return { ends: {} };
  }
  if ('program' in end) {
    const { output, failure } = runProgram(psql, runs, end.program);
    return { ends: { rows: output }, finish: () => failure && `${end.program}: ${failure}` };
  }
  const rows = await readFile(path.resolve(psql.cwd, end.file), 'utf8').catch((error: unknown) => {
    throw new SlashFault(`\\copy: ${messageOf(error)}`);
  });
  return { ends: { rows } };
}

function rowsTo({ end }: CopyRequest, psql: Psql): OtherEnd {
  if (typeof end !== 'object') {
    return { ends: { write: (text) => psql.queryOutput(text) } };
  }
  if ('file' in end) {
    return { ends: openFile(path.resolve(psql.cwd, end.file)) };
  }
  allowedShell(psql, runs);
  let written = '';
  return {
    ends: {
      write: (text) => {
        written += text;
      },
    },
    finish: () => {
      const { output, failure } = runProgram(psql, runs, end.program, written);
      psql.output(output);
      return failure && `${end.program}: ${failure}`;
    },
  };
}

export const copyCommands: Readonly<Record<string, Command>> = { copy: { wholeLine: true, run: copy } };
