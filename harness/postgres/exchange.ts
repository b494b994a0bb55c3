import { Query } from 'pg';

export type Cell = string | null;

/** A column of a result, with the oid of its type. */
export interface Column {
  name: string;
  type: number;
}

/** The result of one statement. `columns` is undefined if it returns no rows at all. */
export interface StatementResult {
  columns: Column[] | undefined;
  rows: Cell[][];
  /** The command tag: `SELECT 1`. Empty for an empty statement. */
  tag: string;
}

/** A message of the server besides its answers. */
export interface Notice {
  severity?: string | undefined;
  code?: string | undefined;
  message?: string | undefined;
  detail?: string | undefined;
  hint?: string | undefined;
}

/** Receives the server's answers to a message of SQL as they arrive. */
export interface ExchangeListener {
  onResult(result: StatementResult): void;
  onNotice?(notice: Notice): void;
  /** The rows for COPY … FROM STDIN. Without it a COPY is refused. */
  copyIn?(): string;
  onCopyOut?(chunk: Buffer): void;
}

interface Connection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  once(event: 'readyForQuery' | 'end', listener: () => void): void;
  off(event: 'readyForQuery' | 'end', listener: () => void): void;
}

/**
 * A message of SQL and its answers. The driver's own query gives no rows before an error and no tags, and sends no rows to a
 * COPY.
 */
export class Exchange extends Query {
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #listener: ExchangeListener;
  #columns: Column[] | undefined;
  #rows: Cell[][] = [];
  /** The first error from the server or from the listener. */
  #error: Error | undefined;
  #isRefused = false;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(sql: string, listener: ExchangeListener) {
    super(sql);
    this.#sql = sql;
    this.#listener = listener;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override submit = (connection: unknown): void => {
    (connection as Connection).query(this.#sql);
  };

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
    this.#rows = [];
  }

  handleDataRow({ fields }: { fields: Cell[] }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#give(text);
  }

  handleEmptyQuery(): void {
    this.#give('');
  }

  #give(tag: string): void {
    const result = { columns: this.#columns, rows: this.#rows, tag };
    this.#columns = undefined;
    this.#rows = [];
    this.#tell(() => this.#listener.onResult(result));
  }

  /** Calls the listener. The driver must not see its errors: the answers that follow would be lost. */
  #tell<T>(tell: () => T): T | undefined {
    try {
      return tell();
    } catch (error) {
      this.#error ??= error as Error;
      return undefined;
    }
  }

  handleCopyInResponse(connection: Connection): void {
    const data = this.#tell(() => this.#listener.copyIn?.());
    if (data === undefined) {
      connection.sendCopyFail('no rows are given for COPY FROM STDIN');
      return;
    }
    if (data !== '') {
      connection.sendCopyFromChunk(Buffer.from(data));
    }
    connection.endCopyFrom();
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.#tell(() => this.#listener.onCopyOut?.(chunk));
  }

  handleError(error: Error & { severity?: string }, connection: Connection): void {
    if (this.#isRefused || error.severity !== 'ERROR') {
      this.#reject(this.#error ?? error);
      return;
    }
    this.#isRefused = true;
    this.#error ??= error;
    // Only when the server is ready again is the state of the transaction known.
    const end = () => {
      connection.off('readyForQuery', end);
      connection.off('end', end);
      this.#reject(this.#error!);
    };
    connection.once('readyForQuery', end);
    connection.once('end', end);
  }

  handleReadyForQuery(): void {
    if (this.#error === undefined) {
      this.#resolve();
    } else {
      this.#reject(this.#error);
    }
  }
}
