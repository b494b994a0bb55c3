import { CopyWords } from './copy-words.ts';
import type { Cursor } from './cursor.ts';
import { RoutineBody } from './routine-body.ts';
import { patterns } from './sql-patterns.ts';
import { substituted, type VariableReader } from './substituted.ts';

/** Why the scanner stopped: a statement is complete, a command begins, or the line is at its end. */
export type ScanStop = 'semicolon' | 'backslash' | 'end-of-line';

/** What the scanner needs from the script that runs. */
export interface ScanHost extends VariableReader {
  standardStrings(): boolean;
  warn(message: string): void;
}

/** The states of psql's lexer. */
type State =
  'plain' | 'comment' | 'string' | 'bit-string' | 'escape-string' | 'after-string' | 'quoted-name' | 'dollar-string';

/** psql's lexer for SQL: it gathers the text of a statement, and says where psql would send it. */
export class SqlScanner {
  /** The text of the statement so far, with variables filled in. */
  text = '';
  /** How often `\;` has joined two statements. */
  joins = 0;
  readonly #cursor: Cursor;
  readonly #host: ScanHost;
  #state: State = 'plain';
  /** The state in which a string continues if another quote follows on a later line. */
  #string: State = 'string';
  #commentDepth = 0;
  #dollar = '';
  #parens = 0;
  readonly #body = new RoutineBody();
  readonly #copies = new CopyWords();

  constructor(cursor: Cursor, host: ScanHost) {
    this.#cursor = cursor;
    this.#host = host;
  }

  /** Whether the text so far ends inside a string, a quoted name or a comment. */
  get isInQuote(): boolean {
    return this.#state !== 'plain' && this.#state !== 'after-string';
  }

  /** How many statements since the last call are followed by rows in the script. */
  takeCopies(): number {
    return this.#copies.take();
  }

  get parens(): number {
    return this.#parens;
  }

  /** Restores an earlier state: the text since then belongs to a branch that did not run. */
  restore(length: number, parens: number): void {
    this.text = this.text.slice(0, length);
    this.#parens = parens;
  }

  /** Forgets quotes and depths, as after a statement that a command sent. */
  reset(): void {
    this.#state = 'plain';
    this.#parens = 0;
    this.#body.reset();
  }

  /** Reads on until there is something to do. */
  scan(): ScanStop {
    for (;;) {
      if (this.#cursor.isAtEnd) {
        return 'end-of-line';
      }
      const stop = this.#state === 'plain' ? this.#plain() : this.#quoted();
      if (stop !== undefined) {
        return stop;
      }
    }
  }

  #echo(pattern: RegExp): boolean {
    const taken = this.#cursor.take(pattern);
    this.text += taken?.[0] ?? '';
    return taken !== undefined;
  }

  #open(pattern: RegExp, state: State): boolean {
    const isOpen = this.#echo(pattern);
    this.#state = isOpen ? state : this.#state;
    return isOpen;
  }

  #quoted(): undefined {
    switch (this.#state) {
      case 'comment': {
        const [token] = this.#cursor.take(patterns.inComment)!;
        this.text += token;
        this.#commentDepth += token === '/*' ? 1 : token === '*/' ? -1 : 0;
        this.#state = this.#commentDepth === 0 ? 'plain' : 'comment';
        return;
      }
      case 'string':
      case 'bit-string':
      case 'escape-string':
        // A bit string has no doubled quotes: it ends, and another string begins.
        if (
          !(this.#state !== 'bit-string' && this.#echo(patterns.doubledQuote)) &&
          !this.#echo(this.#state === 'escape-string' ? patterns.inEscapeString : patterns.inString)
        ) {
          this.#string = this.#state;
          this.#open(patterns.quote, 'after-string');
        }
        return;
      case 'after-string':
        this.#state = this.#echo(patterns.continued) ? this.#string : 'plain';
        return;
      case 'quoted-name':
        if (!this.#echo(patterns.inName)) {
          this.#open(patterns.doubleQuote, 'plain');
        }
        return;
      default:
        this.#inDollarString();
    }
  }

  #inDollarString(): void {
    const taken = this.#cursor.take(patterns.dollarQuote);
    if (taken === undefined) {
      void (this.#echo(patterns.inDollar) || this.#echo(patterns.any));
    } else if (taken[0] === this.#dollar) {
      this.text += taken[0];
      this.#state = 'plain';
    } else {
      // The last dollar may begin the quote that ends it.
      this.text += taken[0].slice(0, -1);
      this.#cursor.putBack(1);
    }
  }

  #plain(): ScanStop | undefined {
    const cursor = this.#cursor;
    const space = cursor.take(patterns.space);
    if (space !== undefined) {
      this.text += this.text === '' ? '' : space[0];
      return undefined;
    }
    if (this.#open(patterns.commentStart, 'comment')) {
      this.#commentDepth = 1;
      return undefined;
    }
    if (this.#quote() || this.#substitution()) {
      return undefined;
    }
    const escaped = cursor.take(patterns.backslashed);
    if (escaped !== undefined) {
      this.text += escaped[0].slice(1);
      if (escaped[0] === '\\;') {
        this.#nextStatement();
        this.joins += 1;
      }
      return undefined;
    }
    if (cursor.take(patterns.backslash) !== undefined) {
      return 'backslash';
    }
    const word = cursor.take(patterns.identifier);
    if (word !== undefined) {
      const lower = word[0].toLowerCase();
      this.#body.word(lower, this.#parens);
      this.#copies.word(lower, this.#parens);
      this.text += word[0];
      return undefined;
    }
    if (this.#echo(patterns.parameter) || this.#echo(patterns.number)) {
      return undefined;
    }
    return this.#character();
  }

  #character(): ScanStop | undefined {
    const [character] = this.#cursor.take(patterns.any)!;
    this.text += character;
    if (character === '(') {
      this.#parens += 1;
    } else if (character === ')') {
      this.#parens = Math.max(0, this.#parens - 1);
    } else if (character === ';' && this.#parens === 0 && !this.#body.isOpen) {
      this.#nextStatement();
      return 'semicolon';
    }
    return undefined;
  }

  #nextStatement(): void {
    this.#body.nextStatement();
    this.#copies.nextStatement();
  }

  #quote(): boolean {
    const dollar = this.#cursor.take(patterns.dollarQuote);
    if (dollar !== undefined) {
      this.#dollar = dollar[0];
      this.text += dollar[0];
      this.#state = 'dollar-string';
      return true;
    }
    return (
      this.#open(patterns.escapeString, 'escape-string') ||
      this.#open(patterns.bitString, 'bit-string') ||
      this.#open(patterns.unicodeString, 'string') ||
      this.#open(patterns.unicodeName, 'quoted-name') ||
      this.#echo(patterns.unicodeFailed) ||
      this.#echo(patterns.nationalString) ||
      this.#open(patterns.quote, this.#host.standardStrings() ? 'string' : 'escape-string') ||
      this.#open(patterns.doubleQuote, 'quoted-name')
    );
  }

  #substitution(): boolean {
    const cursor = this.#cursor;
    if (this.#echo(patterns.colons)) {
      return true;
    }
    const plain = cursor.take(patterns.variable);
    if (plain !== undefined) {
      const [token, name] = plain as unknown as [string, string];
      const value = this.#host.variable(name);
      if (value === undefined) {
        this.text += token;
      } else if (!cursor.enter(name, value)) {
        this.#host.warn(`skipping recursive expansion of variable "${name}"`);
        this.text += token;
      }
      return true;
    }
    const quoted = substituted(cursor, this.#host);
    this.text += quoted ?? '';
    return quoted !== undefined;
  }
}
