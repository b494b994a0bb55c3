import { Query } from 'pg';

import { serverError, type ServerError } from './sql-error.ts';

/** The server's answers to several statements that were sent in one message. */
export interface Answers {
  /** Rows returned or affected, one number for each completed statement. */
  counts: number[];
  /** The first column of the first row of each of them, as text; undefined if it returned no row. */
  firsts: (string | null | undefined)[];
  /** The error that stopped the next one and kept the rest from running. */
  error: ServerError | undefined;
}

/** Methods of the driver's connection that its types leave out. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * A message of several statements of which only the row counts and the first value are kept. The driver's own query forgets, at
 * an error, what had completed before it, and refuses to send rows. The next message may be on its way already, so `input`
 * follows at once: a server that does not begin the COPY drops it.
 */
export class Flight extends Query {
  readonly answers: Promise<Answers>;
  readonly #counts: number[] = [];
  readonly #firsts: (string | null | undefined)[] = [];
  #first: string | null | undefined;
  readonly #sql: string;
  readonly #input: string | undefined;
  #land!: (answers: Answers) => void;
  #fail!: (error: unknown) => void;

  constructor(sql: string, input: string | undefined) {
    super(sql);
    this.#sql = sql;
    this.#input = input;
    this.answers = new Promise((resolve, reject) => {
      this.#land = resolve;
      this.#fail = reject;
    });
  }

  override submit = (connection: unknown): void => {
    const wire = connection as Wire;
    wire.query(this.#sql);
    if (this.#input !== undefined) {
      wire.sendCopyFromChunk(Buffer.from(this.#input));
      wire.endCopyFrom();
    }
  };

  handleRowDescription(): void {}

  handleDataRow({ fields: [first] }: { fields: (string | null)[] }): void {
    if (this.#first === undefined) {
      this.#first = first;
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#firsts.push(this.#first);
    this.#first = undefined;
    this.#counts.push(Number(/ (\d+)$/.exec(text)?.[1] ?? 0));
  }

  handleCopyInResponse(): void {}

  handleError(error: unknown): void {
    const said = serverError(error);
    // The server's last words to a session are not an answer to a statement.
    if (said === undefined || said.sqlstate === '57P01' || said.sqlstate === '57P02') {
      this.#fail(error);
    } else {
      this.#land({ counts: this.#counts, firsts: this.#firsts, error: said });
    }
  }

  handleReadyForQuery(): void {
    this.#land({ counts: this.#counts, firsts: this.#firsts, error: undefined });
  }
}
