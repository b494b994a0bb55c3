import type { Place } from './psql-fault.ts';

/** Where a line of a file begins in the text of a statement. */
export interface Mark {
  offset: number;
  line: number;
}

/** What is sent to the server, and its position. */
export interface Statement {
  text: string;
  marks: Mark[];
  source: Source;
  /** Whether `\;` joins several statements in it. */
  isJoined: boolean;
  /** How many COPY … FROM STDIN it contains, by psql's count; undefined if they were not counted. */
  copies?: number | undefined;
}

/** A script that is read line by line. */
export class Source {
  readonly file: string;
  /** The lines that included it, innermost first. */
  readonly includedAt: readonly Place[];
  readonly #lines: string[];
  #read = 0;

  constructor(file: string, text: string, includedAt: readonly Place[] = []) {
    this.file = file;
    this.includedAt = includedAt;
    // Some editors begin a file with a byte order mark.
    this.#lines = text.replace(/^\uFEFF/, '').split('\n');
    if (this.#lines.at(-1) === '') {
      this.#lines.pop();
    }
  }

  /** The next line; undefined at the end. */
  next(): string | undefined {
    const line = this.#lines[this.#read];
    this.#read += line === undefined ? 0 : 1;
    return line;
  }

  /** Number of the last line that was read, from 1. */
  get line(): number {
    return this.#read;
  }

  get place(): Place {
    return { file: this.file, line: this.line };
  }

  lineText(line: number): string {
    return this.#lines[line - 1] ?? '';
  }

  /** Takes the rows after a COPY, up to `\.` or the end of the file. */
  copyRows(): string {
    const rest = this.#lines.slice(this.#read);
    const end = rest.findIndex((line) => /^\\\.\r?$/.test(line));
    const rows = end === -1 ? rest : rest.slice(0, end);
    this.#read += rows.length + (end === -1 ? 0 : 1);
    return rows.map((line) => `${line}\n`).join('');
  }
}
