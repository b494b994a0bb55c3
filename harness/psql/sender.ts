import { RolecallError } from '../common/errors.ts';
import type { Notice, StatementResult } from '../postgres/exchange.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import type { PsqlFault } from './psql-fault.ts';
import type { Variables } from './variables.ts';
import type { Statement } from './source.ts';
import { statementFault } from './statement-fault.ts';
import { copiesIn } from './copies-in.ts';
import { timeText } from './time-text.ts';
import { isEmptyStatement, mayBeGathered, transactionStep } from './statement-kind.ts';

/** Functions that are called before a statement is sent. */
export interface StatementHooks {
  /** Returns why a statement must not be sent. The script stops there. */
  refuse?: ((text: string) => Promise<string | undefined>) | undefined;
  /** Called with each statement before it is sent. */
  onStatement?: ((text: string) => void) | undefined;
  /** Returns the text to send instead of a statement; empty for nothing, undefined for the statement itself. */
  instead?: ((text: string) => string | undefined) | undefined;
}

/** What the sender needs from the running script. */
export interface Sending {
  session: Session;
  readonly options: StatementHooks;
  variables: Variables;
  readonly timing: boolean;
  readonly hasFailedTransaction: boolean;
  endedTransaction: boolean;
  firstFault: PsqlFault | undefined;
  print(result: StatementResult): void;
  output(text: string): void;
  queryOutput(text: string): void;
  warn(text: string): void;
  notice(notice: Notice, statement: Statement | undefined): void;
}

/** Receives the results of a statement instead of printing them. */
export type Sink = (result: StatementResult) => void;

/** The other end of a COPY, if it is not the script or the output. */
export interface CopyEnds {
  rows?: string | undefined;
  write?: (text: string) => void;
}

/** After this many characters the gathered statements are sent. */
const enough = 200_000;
const savepoint = 'pg_psql_temporary_savepoint';

/**
 * Sends statements as psql does. Statements inside one transaction go in one message if nobody can tell the difference: the
 * server stops at the first error as `ON_ERROR_STOP` does.
 */
export class Sender {
  /** Set while a line needs the result of the last statement. */
  isHeld = false;
  /** The effect of the last statement that begins or ends a transaction. */
  lastStep: 'begins' | 'ends' | 'none' = 'none';
  readonly #psql: Sending;
  #gathered: Statement[] = [];
  #length = 0;
  #isBlock = false;

  constructor(psql: Sending) {
    this.#psql = psql;
  }

  /** Sends a statement, or keeps it to send it together with the next ones. */
  async send(given: Statement): Promise<void> {
    const statement = await this.#admitted(given);
    const step = transactionStep(statement.text);
    if (!this.#mayGather(statement, step)) {
      await this.flush();
      await this.#run(statement);
      return;
    }
    this.#gathered.push(statement);
    this.#length += statement.text.length;
    this.#isBlock = step !== 'ends';
    if (step === 'ends' || this.#length > enough) {
      await this.flush();
    }
  }

  #mayGather({ text, isJoined }: Statement, step: 'begins' | 'ends' | 'none'): boolean {
    const { variables, timing, session } = this.#psql;
    const isPlain = variables.isOn('ON_ERROR_STOP') && variables.get('ECHO') === 'none' && !timing && !this.isHeld;
    const isInside = this.#gathered.length > 0 ? this.#isBlock : session.transaction === 'open' || step === 'begins';
    return isPlain && isInside && !isJoined && mayBeGathered(text);
  }

  /** Sends the kept statements. */
  async flush(): Promise<void> {
    const statements = this.#gathered;
    this.#gathered = [];
    this.#length = 0;
    if (statements.length === 1) {
      await this.#run(statements[0]!);
    } else if (statements.length > 1) {
      await this.#together(statements);
    }
  }

  async #together(statements: readonly Statement[]): Promise<void> {
    const real = statements.filter(({ text }) => !isEmptyStatement(text));
    const starts: number[] = [];
    let sql = '';
    let characters = 0;
    for (const { text } of real) {
      starts.push(characters);
      const sent = text.endsWith(';') ? `${text}\n` : `${text}\n;\n`;
      characters += [...sent].length;
      sql += sent;
    }
    const wasOpen = this.#psql.session.transaction === 'open';
    let completed = 0;
    try {
      await this.#psql.session.exchange(sql, {
        onResult: (result) => {
          completed += 1;
          this.#noteSuccess(result);
          this.#psql.print(result);
        },
        onNotice: (notice) => this.#psql.notice(notice, real[completed]),
      });
    } catch (error) {
      const position = serverError(error)?.position;
      const at = position === undefined ? completed : starts.findLastIndex((start) => start < position);
      if (completed === 0 && at > 0 && !wasOpen) {
        // The server parses the whole message first: nothing has run yet, and no transaction has failed.
        for (const statement of real) {
          await this.#run(statement);
        }
        return;
      }
      const failed = real[at] ?? real.at(-1)!;
      this.#fail(failed, error, position === undefined ? undefined : position - starts[at]!);
    }
    for (const { text } of real) {
      this.#note(text);
    }
  }

  /** Runs one statement, and handles its results and its error as psql does. Returns whether it succeeded. */
  async run(statement: Statement, sink?: Sink, copy?: CopyEnds): Promise<boolean> {
    return this.#run(await this.#admitted(statement), sink, copy);
  }

  /** The statement to send. The script stops before one that must not be sent. */
  async #admitted(given: Statement): Promise<Statement> {
    const { refuse, instead, onStatement } = this.#psql.options;
    const text = instead?.(given.text);
    const statement = text === undefined ? given : { ...given, text };
    const reason = await refuse?.(statement.text);
    if (reason !== undefined) {
      await this.flush();
      throw statementFault(statement, new Error(reason), undefined);
    }
    onStatement?.(statement.text);
    return statement;
  }

  async #run(statement: Statement, sink?: Sink, copy: CopyEnds = {}): Promise<boolean> {
    const psql = this.#psql;
    const { variables } = psql;
    const { session } = psql;
    const echo = variables.get('ECHO');
    if (echo === 'queries') {
      psql.output(`${statement.text}\n`);
    }
    const step = transactionStep(statement.text);
    // If the script stops at an error anyway, nobody can see that only the statement would have been undone.
    const guarded =
      variables.get('ON_ERROR_ROLLBACK') === 'on' &&
      !variables.isOn('ON_ERROR_STOP') &&
      session.transaction === 'open' &&
      step === 'none';
    let last = '';
    let copied = 0;
    let started = performance.now();
    const tellTime = () => {
      if (psql.timing) {
        psql.output(timeText(performance.now() - started));
      }
    };
    try {
      if (guarded) {
        await session.exchange(`SAVEPOINT ${savepoint}`, { onResult: () => undefined });
      }
      started = performance.now();
      await session.exchange(statement.text, {
        onResult: (result) => {
          last = result.tag;
          this.#noteSuccess(result);
          (sink ?? ((one: StatementResult) => psql.print(one)))(result);
        },
        onNotice: (notice: Notice) => psql.notice(notice, statement),
        copyIn: () => {
          copied += 1;
          return copy.rows ?? statement.source.copyRows();
        },
        onCopyOut: (chunk) => (copy.write ?? ((text: string) => psql.queryOutput(text)))(chunk.toString('utf8')),
      });
      tellTime();
      if (guarded && !/^(?:SAVEPOINT|RELEASE|ROLLBACK|COMMIT)$/.test(last)) {
        await session.exchange(`RELEASE ${savepoint}`, { onResult: () => undefined });
      }
    } catch (error) {
      tellTime();
      if (guarded && psql.hasFailedTransaction) {
        await session.exchange(`ROLLBACK TO ${savepoint}`, { onResult: () => undefined });
      }
      if (copy.rows === undefined) {
        // The rows of a refused COPY are not statements.
        const standardStrings = session.parameters.get('standard_conforming_strings') !== 'off';
        for (
          let refused = (statement.copies ?? copiesIn(statement.text, standardStrings)) - copied;
          refused > 0;
          refused -= 1
        ) {
          statement.source.copyRows();
        }
      }
      this.#fail(statement, error, serverError(error)?.position);
      return false;
    }
    this.#note(statement.text);
    return true;
  }

  #note(text: string): void {
    const step = transactionStep(text);
    this.lastStep = step === 'none' ? this.lastStep : step;
    this.#psql.endedTransaction ||= step === 'ends';
  }

  #noteSuccess({ tag }: StatementResult): void {
    const { variables } = this.#psql;
    variables.set('ERROR', 'false');
    variables.set('SQLSTATE', '00000');
    variables.set('ROW_COUNT', /(\d+)$/.exec(tag)?.[1] ?? '0');
  }

  /** Throws if the script must stop; otherwise reports what failed. */
  #fail(statement: Statement, error: unknown, position: number | undefined): void {
    const { variables } = this.#psql;
    const server = serverError(error);
    if (server === undefined && error instanceof RolecallError === false) {
      throw error;
    }
    const fault = statementFault(statement, error, position);
    this.#psql.firstFault ??= fault;
    variables.set('ERROR', 'true');
    variables.set('SQLSTATE', server?.sqlstate ?? '');
    variables.set('ROW_COUNT', '0');
    variables.set('LAST_ERROR_MESSAGE', fault.message);
    variables.set('LAST_ERROR_SQLSTATE', server?.sqlstate ?? '');
    if (variables.isOn('ON_ERROR_STOP') || server === undefined || fault.cause instanceof RolecallError) {
      throw fault;
    }
    this.#psql.warn(`${fault.report}\n`);
  }
}
