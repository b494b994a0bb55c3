import type { Conditions } from './conditions.ts';
import type { Cursor } from './cursor.ts';
import type { Psql } from './psql.ts';
import { scanArgument, scanWholeLine, SlashFault, type SlashHost } from './slash-scanner.ts';
import type { Source, Statement } from './source.ts';
import type { SqlScanner } from './sql-scanner.ts';

/** What the script does after a command: it continues, or ends. */
export type CommandEffect = 'go-on' | 'end-of-file';

/** One file that is being run: its reader, and what is open in it. */
export interface Reading {
  psql: Psql;
  source: Source;
  cursor: Cursor;
  scanner: SqlScanner;
  conditions: Conditions;
  /** The text of the statement that was sent last. */
  readonly previousText: string | undefined;
  host: SlashHost;
  /** Runs another file in the middle of this one. */
  include(file: string, text: string): Promise<void>;
  /** Takes the statement gathered so far; the one that was sent last if there is none. */
  takeStatement(): Statement;
}

/** A running command. */
export class CommandCall {
  readonly name: string;
  readonly reading: Reading;

  constructor(name: string, reading: Reading) {
    this.name = name;
    this.reading = reading;
  }

  get psql(): Psql {
    return this.reading.psql;
  }

  /** The next argument; undefined if there is none. */
  argument(): string | undefined {
    return this.quotable()?.text;
  }

  /** The next argument, and whether it was quoted. */
  quotable(): { text: string; quoted: boolean } | undefined {
    return scanArgument(this.reading.cursor, this.reading.host);
  }

  /** All arguments that are left. */
  rest(): string[] {
    const all: string[] = [];
    for (let next = this.argument(); next !== undefined; next = this.argument()) {
      all.push(next);
    }
    return all;
  }

  /** The rest of the line, unchanged. */
  line(): string {
    return scanWholeLine(this.reading.cursor);
  }

  /** A required argument. */
  required(): string {
    const given = this.argument();
    if (given === undefined) {
      throw new SlashFault(`\\${this.name}: missing required argument`);
    }
    return given;
  }

  /** The statement before the command; the one that was sent last if there is none. */
  statement(): Statement {
    return this.reading.takeStatement();
  }
}

export interface Command {
  /** Whether it takes the line unchanged. */
  wholeLine?: boolean;
  /** Runs it. A returned `CommandEffect` counts; any other value is ignored. */
  run(call: CommandCall): unknown;
}
