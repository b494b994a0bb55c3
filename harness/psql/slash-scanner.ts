import type { Cursor } from './cursor.ts';
import type { ScanHost } from './sql-scanner.ts';
import { substituted } from './substituted.ts';

/** What the arguments of a command need besides the variables. */
export interface SlashHost extends ScanHost {
  /** The output of a shell command. Refuses if no shell is allowed. */
  shell(command: string): string;
}

/** One argument of a command. */
export interface SlashArgument {
  text: string;
  /** Whether any of it was quoted: a quoted name keeps its case, and an empty quoted argument exists. */
  quoted: boolean;
}

/** A command that fails. A fatal failure stops the script whatever ON_ERROR_STOP says, so that nothing is skipped silently. */
export class SlashFault extends Error {
  readonly isFatal: boolean;
  /** Whether the rest of the line is skipped: yes for a wrong command, no for a statement that failed. */
  readonly dropsLine: boolean;

  constructor(message: string, isFatal = false, dropsLine = true) {
    super(message);
    this.isFatal = isFatal;
    this.dropsLine = dropsLine;
  }
}

const space = /[ \t\n\r\f\v]+/y;
const plain = /[^ \t\n\r\f\v\\'`":]+/y;
const variable = /:([A-Za-z_0-9\u0080-\uffff]+)/y;
const any = /[^]/y;

/** The name of the command whose backslash was just read. */
export function scanCommandName(cursor: Cursor): string {
  return cursor.take(/[^ \t\n\r\f\v\\]+/y)?.[0] ?? '';
}

/** The next argument of a command, with its double quotes; undefined if there is none. */
export function scanArgument(cursor: Cursor, host: SlashHost): SlashArgument | undefined {
  cursor.take(space);
  let text = '';
  let quoted = false;
  // An empty variable is an argument.
  let isThere = false;
  for (;;) {
    if (cursor.isAtEnd || cursor.take(/(?=[ \t\n\r\f\v\\])/y) !== undefined) {
      return text === '' && !quoted && !isThere ? undefined : { text, quoted };
    }
    const value = cursor.take(variable);
    if (value !== undefined) {
      text += host.variable(value[1]!) ?? value[0];
      isThere = true;
      continue;
    }
    const known = substituted(cursor, host);
    if (known !== undefined) {
      text += known;
      continue;
    }
    const opening = cursor.take(/['`"]/y)?.[0];
    if (opening === undefined) {
      text += (cursor.take(plain) ?? cursor.take(any)!)[0];
      continue;
    }
    quoted = true;
    const more = opening === "'" ? scanQuoted(cursor) : opening === '"' ? scanNamed(cursor) : scanShell(cursor, host);
    if (more === undefined) {
      // psql reports it and continues as if there were no argument.
      host.warn('unterminated quoted string');
      return undefined;
    }
    text += opening === '"' ? `"${more}"` : more;
  }
}

/** The rest of the line unchanged, without leading blanks. */
export function scanWholeLine(cursor: Cursor): string {
  let text = '';
  while (!cursor.isAtEnd) {
    text += cursor.take(/[^]+/y)![0];
  }
  return text.replace(/^[ \t\n\r\f\v]+/, '');
}

/** Whether the next argument begins with a bar, and so is a program's command line. */
export function startsWithBar(cursor: Cursor): boolean {
  return cursor.take(/[ \t\n\r\f\v]*(?=\|)/y) !== undefined;
}

/** Reads the two backslashes that end a command, if there are any. */
export function scanCommandEnd(cursor: Cursor): void {
  cursor.take(/[ \t\n\r\f\v]*\\\\/y);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', r: '\r', f: '\f' };

/** The text up to the closing quote; undefined if the line ends before it. */
function scanQuoted(cursor: Cursor): string | undefined {
  let text = '';
  for (;;) {
    if (cursor.isAtEnd) {
      return undefined;
    }
    const token = cursor.take(/''|'|\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[^])|[^'\\]+|\\/y)![0];
    if (token === "'") {
      return text;
    }
    text += token === "''" ? "'" : token.length > 1 && token.startsWith('\\') ? unescaped(token.slice(1)) : token;
  }
}

function unescaped(code: string): string {
  if (/^[0-7]/.test(code)) {
    return String.fromCharCode(Number.parseInt(code, 8));
  }
  return /^x[0-9A-Fa-f]/.test(code) ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? code);
}

function scanNamed(cursor: Cursor): string | undefined {
  const text = cursor.take(/[^"]*/y)?.[0] ?? '';
  if (cursor.take(/"/y) === undefined) {
    return undefined;
  }
  return text;
}

function scanShell(cursor: Cursor, host: SlashHost): string | undefined {
  let command = '';
  for (;;) {
    if (cursor.isAtEnd) {
      return undefined;
    }
    if (cursor.take(/`/y) !== undefined) {
      return host.shell(command);
    }
    const value = cursor.take(variable) ?? cursor.take(/:'([A-Za-z_0-9\u0080-\uffff]+)'/y);
    const known = value === undefined ? undefined : host.variable(value[1]!);
    command +=
      value === undefined
        ? cursor.take(/[^`:]+|:/y)![0]
        : known === undefined
          ? value[0]
          : value[0].startsWith(":'")
            ? `'${known.replaceAll("'", `'"'"'`)}'`
            : known;
  }
}
