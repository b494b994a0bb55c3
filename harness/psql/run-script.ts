import { CommandCall, type CommandEffect, type Reading } from './command.ts';
import { commands, isPsqlCommand } from './backslash/index.ts';
import { branch, isBranching } from './backslash/branch.ts';
import { Conditions } from './conditions.ts';
import { Cursor } from './cursor.ts';
import type { Psql } from './psql.ts';
import { PsqlFault, type Place } from './psql-fault.ts';
import { hostOf } from './host.ts';
import { scanCommandEnd, scanCommandName, SlashFault } from './slash-scanner.ts';
import { Source, type Mark, type Statement } from './source.ts';
import { SqlScanner } from './sql-scanner.ts';

/** Runs the text of a script. `file` is its name in messages. Throws a `PsqlFault` if it stops. */
export async function runScript(
  psql: Psql,
  file: string,
  text: string,
  includedAt: readonly Place[] = [],
): Promise<void> {
  await new ScriptReader(psql, new Source(file, text, includedAt)).run();
}

/** Reads one file with the scanner, and passes statements to the server and commands to their functions. */
class ScriptReader implements Reading {
  readonly psql: Psql;
  readonly source: Source;
  readonly cursor = new Cursor();
  readonly conditions = new Conditions();
  readonly host;
  readonly scanner: SqlScanner;
  #marks: Mark[] = [];
  #joins = 0;
  /** As it was at the beginning of the line: psql does not check again inside it. */
  #standardStrings = true;
  #previous: Statement | undefined;

  constructor(psql: Psql, source: Source) {
    this.psql = psql;
    this.source = source;
    this.host = { ...hostOf(psql, this.conditions), standardStrings: () => this.#standardStrings };
    this.scanner = new SqlScanner(this.cursor, this.host);
  }

  async run(): Promise<void> {
    let effect: CommandEffect = 'go-on';
    for (let line = this.source.next(); line !== undefined && effect === 'go-on'; line = this.source.next()) {
      effect = await this.#line(line);
    }
    // A statement needs no semicolon at the end of the file, or before `\q`.
    if (this.scanner.text !== '' && this.conditions.isActive) {
      await this.psql.sender.send(this.#statement());
    }
    await this.psql.sender.flush();
    if (effect === 'go-on' && !this.conditions.isEmpty) {
      this.#fail(new SlashFault('reached EOF without finding closing \\endif(s)'));
    }
  }

  async #line(line: string): Promise<CommandEffect> {
    const { scanner, psql } = this;
    if (psql.variables.get('ECHO') === 'all') {
      await psql.sender.flush();
      psql.output(`${line}\n`);
    }
    if (line === '' && !scanner.isInQuote) {
      return 'go-on';
    }
    if (/:.*(?:ERROR|SQLSTATE|ROW_COUNT)/.test(line)) {
      await psql.sender.flush();
      psql.sender.isHeld = true;
    }
    let addedAt = -1;
    if (scanner.text === '') {
      this.#marks = [];
    } else {
      scanner.text += '\n';
      addedAt = scanner.text.length;
    }
    this.#mark();
    this.#standardStrings = psql.session.parameters.get('standard_conforming_strings') !== 'off';
    this.cursor.begin(line);
    try {
      return await this.#stops(addedAt);
    } finally {
      psql.sender.isHeld = false;
    }
  }

  async #stops(addedNewlineAt: number): Promise<CommandEffect> {
    const { scanner, psql } = this;
    let addedAt = addedNewlineAt;
    for (;;) {
      const stop = scanner.scan();
      if (stop === 'end-of-line') {
        return 'go-on';
      }
      if (stop === 'semicolon') {
        if (this.conditions.isActive) {
          const statement = this.#statement();
          this.#previous = statement;
          await psql.sender.send(statement);
        } else {
          scanner.takeCopies();
        }
      } else {
        if (scanner.text.length === addedAt) {
          scanner.text = scanner.text.slice(0, -1);
        }
        const effect = await this.#command();
        if (effect === 'end-of-file') {
          return effect;
        }
      }
      addedAt = -1;
    }
  }

  #mark(): void {
    this.#marks.push({ offset: this.scanner.text.length, line: this.source.line });
  }

  /** The text so far as a statement. The next one begins empty. */
  #statement(): Statement {
    const { scanner } = this;
    const statement = {
      text: scanner.text,
      marks: this.#marks,
      source: this.source,
      isJoined: scanner.joins > this.#joins,
      copies: scanner.takeCopies(),
    };
    this.#joins = scanner.joins;
    scanner.text = '';
    this.#marks = [];
    this.#mark();
    return statement;
  }

  takeStatement(): Statement {
    const isAgain = this.scanner.text === '' && this.#previous !== undefined;
    const statement = isAgain ? this.#previous! : this.#statement();
    this.#previous = statement;
    this.scanner.reset();
    return statement;
  }

  get previousText(): string | undefined {
    return this.#previous?.text;
  }

  async include(file: string, text: string): Promise<void> {
    await runScript(this.psql, file, text, [this.source.place, ...this.source.includedAt]);
  }

  async #command(): Promise<CommandEffect> {
    const { cursor, psql, conditions } = this;
    await psql.sender.flush();
    const name = scanCommandName(cursor);
    const call = new CommandCall(name, this);
    try {
      if (isBranching(name)) {
        branch(call);
        this.#finish(call);
        return 'go-on';
      }
      const command = commands.get(name);
      if (command === undefined && !isPsqlCommand(name)) {
        // Even in a branch that does not run.
        throw new SlashFault(`invalid command \\${name}`);
      }
      if (!conditions.isActive) {
        if (command?.wholeLine === true) {
          call.line();
        } else {
          call.rest();
        }
        scanCommandEnd(cursor);
        return 'go-on';
      }
      if (psql.restricted !== undefined && name !== 'unrestrict') {
        throw new SlashFault('backslash commands are restricted; only \\unrestrict is allowed');
      }
      if (command === undefined) {
        throw new SlashFault(`psql command \\${name} is not supported`, true);
      }
      const effect = await command.run(call);
      this.#finish(call);
      return effect === 'end-of-file' ? effect : 'go-on';
    } catch (error) {
      if (error instanceof SlashFault) {
        if (error.dropsLine) {
          call.line();
        } else {
          this.#finish(call);
        }
        this.#fail(error);
        return 'go-on';
      }
      throw error;
    }
  }

  /** Reads the arguments that the command left. */
  #finish(call: CommandCall): void {
    for (const extra of call.rest()) {
      this.psql.warn(`${this.source.file}:${this.source.line}: \\${call.name}: extra argument "${extra}" ignored\n`);
    }
    scanCommandEnd(this.cursor);
  }

  #fault(message: string): PsqlFault {
    const { file, line, includedAt } = this.source;
    return new PsqlFault({ message, file, line, excerpt: this.source.lineText(line), includedAt: includedAt });
  }

  /** Stops the script at a command that failed, or reports it and continues, as ON_ERROR_STOP says. */
  #fail({ message, isFatal }: SlashFault): void {
    if (message === '') {
      return;
    }
    const fault = this.#fault(message);
    this.psql.firstFault ??= fault;
    if (isFatal || this.psql.variables.isOn('ON_ERROR_STOP')) {
      throw fault;
    }
    this.psql.warn(`${fault.report}\n`);
  }
}
