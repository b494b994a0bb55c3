import type { EventEmitter } from 'node:events';

import { Client, Query, type QueryArrayResult } from 'pg';

import { messageOf, RolecallError } from '../common/errors.ts';
import { noteStatement, serverError, type ServerError } from './sql-error.ts';
import { nameOf, type Target } from './target.ts';

export type Row = Record<string, unknown>;

export interface ConnectOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds. @default 10000 */
  connectTimeout?: number;
}

/** One real connection. Its login is the role it was opened as, for as long as it lives. */
export class Session {
  readonly target: Target;
  readonly #client: Client;
  readonly #onEnd: () => void;

  constructor(target: Target, client: Client, onEnd: () => void) {
    this.target = target;
    this.#client = client;
    this.#onEnd = onEnd;
  }

  /** Rows of one statement. */
  async query<T extends Row = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const { rows } = await this.#client.query<T>(sql, [...values]);
    return rows;
  }

  /** Rows returned or affected by one statement. */
  async rowCount(sql: string): Promise<number> {
    const { rowCount } = await this.#client.query(sql);
    return rowCount ?? 0;
  }

  /** Rows taken by one COPY … FROM STDIN that is given `input`. */
  async copyIn(sql: string, input: string): Promise<number> {
    const query = new CopyIn(sql, input);
    return new Promise<number>((resolve, reject) => {
      query.on('end', ({ rowCount }) => resolve(rowCount ?? 0));
      query.on('error', reject);
      this.#client.query(query);
    });
  }

  /** Runs a script of any number of statements, as one simple query: atomic unless it says otherwise itself. */
  async script(sql: string): Promise<void> {
    let completed = 0;
    const count = () => {
      completed += 1;
    };
    const { connection } = this.#client as unknown as { connection: EventEmitter };
    connection.on('commandComplete', count);
    try {
      await this.#client.query(sql);
    } catch (error) {
      noteStatement(error, completed);
      throw error;
    } finally {
      connection.off('commandComplete', count);
    }
  }

  /**
   * Runs a script and gives every result row as it arrives, columns as text joined by `|` as psql -At prints them.
   * What came before an error has been given when the promise rejects.
   */
  async stream(sql: string, onRow: (line: string) => void): Promise<void> {
    // `Query` is the driver's documented event interface; its types promise a result we do not keep.
    const config = { text: sql, rowMode: 'array', types: { getTypeParser: () => (value: unknown) => value } };
    const query = new Query<QueryArrayResult, unknown[]>(config as never);
    query.on('row', (row: unknown) => {
      onRow((row as (string | null)[]).map((value) => value ?? '').join('|'));
    });
    await new Promise<void>((resolve, reject) => {
      query.on('end', () => resolve());
      query.on('error', reject);
      this.#client.query(query);
    });
  }

  async close(): Promise<void> {
    this.#onEnd();
    await this.#client.end();
  }
}

/** What the driver's connection can do for a COPY; its types leave it out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** The driver's own query refuses to send rows; the server asks for them only when it has let the COPY begin. */
class CopyIn extends Query {
  readonly #input: string;

  constructor(sql: string, input: string) {
    super(sql);
    this.#input = input;
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.#input));
    connection.endCopyFrom();
  }
}

/** Logs in; refuses with `connection-failed`, naming the target without its password. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Session> {
  const { signal, connectTimeout = 10_000 } = options;
  signal?.throwIfAborted();
  const client = new Client({
    ...target,
    connectionTimeoutMillis: connectTimeout,
    // Given, so that the driver does not take PGOPTIONS: what is observed must not depend on the environment.
    options: '-c application_name=rolecall',
  });
  // A server that goes away between two statements is reported by the next one.
  client.on('error', () => undefined);
  const abort = () => {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
  } catch (error) {
    signal?.removeEventListener('abort', abort);
    throw connectionError(target, error);
  }
  return new Session(target, client, () => signal?.removeEventListener('abort', abort));
}

/** Logs in, does `work`, and closes the session however it ends. */
export async function withSession<T>(target: Target, options: ConnectOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect(target, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** What the server said when it refused a login; undefined when `connect` failed for another reason, as a host that is not there. */
export function loginRefusal(error: unknown): ServerError | undefined {
  return error instanceof RolecallError ? serverError(error.cause) : undefined;
}

function connectionError(target: Target, error: unknown): RolecallError {
  const sqlstate = serverError(error)?.sqlstate;
  return new RolecallError('connection-failed', {
    message: `cannot log in as ${nameOf(target)}: ${messageOf(error)}${sqlstate === undefined ? '' : ` (SQLSTATE ${sqlstate})`}`,
    next: 'Check that the server runs, that the role may log in, and that its password is right.',
    cause: error,
  });
}
