import type { EventEmitter } from 'node:events';

import type { Socket } from 'node:net';

import { Client, Query, type QueryArrayResult } from 'pg';

import { RolecallError } from '../common/errors.ts';
import { connectionError, isLoss, lossError } from './connection-faults.ts';
import { Exchange, type ExchangeListener, type Notice } from './exchange.ts';
import { defaultAnswerTimeoutMs, guarded } from './answer-guard.ts';
import { Flight, type Answers } from './flight.ts';
import { guardHandshake } from './handshake-guard.ts';
import { LongStatements } from './long-statements.ts';
import { noteStatement, serverError, type ServerError } from './sql-error.ts';
import { nameOf, type Target } from './target.ts';

export type Row = Record<string, unknown>;

/**
 * The relation's column that a column of an answer comes from: the relation's oid and the column's number, both 0 if it is
 * computed.
 */
export interface ColumnOrigin {
  table: number;
  column: number;
}

export interface ConnectOptions {
  signal?: AbortSignal | undefined;
  /** @default 10000 */
  connectTimeoutMs?: number;
  /** Settings of the session, in the form of PGOPTIONS. */
  settings?: string | undefined;
}

/** One real connection. Its login stays the role that it was opened as. */
export class Session {
  readonly target: Target;
  readonly #client: Client;
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: () => void;
  readonly #long = new LongStatements();
  /** What the server reports of itself and of the session, for example `server_version`. */
  readonly parameters: ReadonlyMap<string, string>;

  constructor(
    target: Target,
    client: Client,
    parameters: ReadonlyMap<string, string>,
    signal: AbortSignal | undefined,
    onEnd: () => void,
  ) {
    this.target = target;
    this.parameters = parameters;
    this.#client = client;
    this.#signal = signal;
    this.#onEnd = onEnd;
  }

  /** Rows of one statement. A repeated long one is prepared: see `LongStatements`. */
  async query<T extends Row = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const name = this.#long.nameOf(sql);
    const config = { text: sql, values: [...values], ...(name === undefined ? {} : { name }) };
    return (await this.#answered(this.#client.query<T>(config))).rows;
  }

  /** Rows returned or affected by one statement. */
  async rowCount(sql: string): Promise<number> {
    const { rowCount } = await this.#answered(this.#client.query(sql));
    return rowCount ?? 0;
  }

  /** For each column of a statement's rows, where it comes from. */
  async originsOf(sql: string): Promise<ColumnOrigin[]> {
    const { fields } = await this.#answered(this.#client.query(sql));
    return fields.map(({ tableID, columnID }) => ({ table: tableID, column: columnID }));
  }

  /**
   * The server's answers to statements sent in one message, including an error. `input` is for a COPY … FROM STDIN. Messages that
   * are sent without waiting travel together and are answered in order.
   */
  async send(sql: string, input?: string): Promise<Answers> {
    const flight = new Flight(sql, input);
    const socket = socketOf(this.#client);
    socket.cork();
    process.nextTick(() => socket.uncork());
    this.#client.query(flight);
    return this.#answered(flight.answers);
  }

  /**
   * Sends SQL as one message and passes on the answers as they arrive. If it rejects, those before the error have been passed on.
   */
  async exchange(sql: string, listener: ExchangeListener): Promise<void> {
    const notice = (said: Notice) => listener.onNotice?.(said);
    const exchange = new Exchange(sql, listener);
    this.#client.on('notice', notice);
    this.#client.query(exchange);
    await this.#answered(exchange.done).finally(() => this.#client.off('notice', notice));
  }

  /** The state of the session: no transaction, an open one, or a failed one. */
  get transaction(): 'none' | 'open' | 'failed' {
    const status = this.#client.getTransactionStatus();
    return status === 'T' ? 'open' : status === 'E' ? 'failed' : 'none';
  }

  /** Runs a script of any number of statements, as one simple query. It is atomic unless it says otherwise itself. */
  async script(sql: string): Promise<void> {
    let completed = 0;
    const count = () => {
      completed += 1;
    };
    const { connection } = this.#client as unknown as { connection: EventEmitter };
    connection.on('commandComplete', count);
    try {
      await this.#answered(this.#client.query(sql));
    } catch (error) {
      noteStatement(error, completed);
      throw error;
    } finally {
      connection.off('commandComplete', count);
    }
  }

  /**
   * Runs a script and passes on every result row as it arrives, with columns as text joined by `|` as psql -At prints them. If
   * the promise rejects, the rows before the error have been passed on.
   */
  async stream(sql: string, onRow: (line: string) => void): Promise<void> {
    // `Query` is the driver's documented event interface. Its types promise a result that we do not keep.
    const config = { text: sql, rowMode: 'array', types: { getTypeParser: () => (value: unknown) => value } };
    const query = new Query<QueryArrayResult, unknown[]>(config as never);
    query.on('row', (row: unknown) => {
      onRow((row as (string | null)[]).map((value) => value ?? '').join('|'));
    });
    const streamed = new Promise<void>((resolve, reject) => {
      query.on('end', () => resolve());
      query.on('error', reject);
      this.#client.query(query);
    });
    await this.#answered(streamed);
  }

  /** Makes the server cancel what this session is doing. If the server does not do so in time, the connection is destroyed. */
  async cancel(timeoutMs = 5000): Promise<void> {
    const { processID } = this.#client as unknown as { processID: number };
    // Resolves when the statement has ended, one way or the other.
    const idle = new Promise<void>((resolve) => this.#client.once('drain', resolve).once('end', resolve));
    await withSession(this.target, { connectTimeoutMs: timeoutMs }, (other) =>
      other.query('select pg_catalog.pg_cancel_backend($1)', [processID]),
    ).catch(() => undefined);
    await this.#orLoseIt(idle, timeoutMs);
  }

  async close(): Promise<void> {
    this.#onEnd();
    // A hanging server does not close its end.
    await this.#orLoseIt(this.#client.end(), closeTimeoutMs);
  }

  /** Waits for the server to do something, and destroys the connection if that takes longer. */
  async #orLoseIt(work: Promise<void>, timeoutMs: number): Promise<void> {
    const socket = socketOf(this.#client);
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    const gone = new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));
    await Promise.race([work, gone]).finally(() => clearTimeout(timer));
  }

  /** The answer, or why there will be none: the connection is lost, or the server has become silent. */
  async #answered<T>(answer: Promise<T>): Promise<T> {
    const { answerTimeoutMs = defaultAnswerTimeoutMs } = this.target;
    const socket = socketOf(this.#client);
    let isSilent = false;
    try {
      return await guarded(
        answer,
        socket,
        answerTimeoutMs,
        () => isThere(this.target, Math.min(answerTimeoutMs, 10_000)),
        () => {
          isSilent = true;
        },
      );
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (isSilent) {
        throw new RolecallError('server-silent', {
          message: `the server at ${nameOf(this.target)} has stopped answering: nothing came for ${answerTimeoutMs / 1000} s, and a new connection to it is not answered`,
          next: 'See whether it is paused, out of memory or cut off, and run again.',
          cause: error,
        });
      }
      throw isLoss(error, socket) ? lossError(this.target, error) : error;
    }
  }
}

/** How long a server may take to close its end of a connection. */
const closeTimeoutMs = 1000;

/** Logs in. Refuses with `connection-failed`, naming the target without its password. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Session> {
  const { signal, connectTimeoutMs = 10_000, settings = '' } = options;
  signal?.throwIfAborted();
  const client = new Client({
    ...target,
    connectionTimeoutMillis: connectTimeoutMs,
    // Statements that are sent without waiting for an answer go out at once.
    pipeline: true,
    // The server may be there although something between has cut this connection.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    // Set, so that the driver does not use PGOPTIONS: the observation must not depend on the environment.
    options: `-c application_name=rolecall ${settings}`.trimEnd(),
  });
  const parameters = new Map<string, string>();
  const { connection } = client as unknown as { connection: EventEmitter };
  connection.on('parameterStatus', (said: { parameterName: string; parameterValue: string }) =>
    parameters.set(said.parameterName, said.parameterValue),
  );
  // If a server goes away between two statements, the next one reports it.
  client.on('error', () => undefined);
  const abort = () => socketOf(client).destroy();
  signal?.addEventListener('abort', abort, { once: true });
  const stopGuarding = guardHandshake(client);
  try {
    await client.connect();
  } catch (error) {
    signal?.removeEventListener('abort', abort);
    abort();
    throw connectionError(target, error);
  }
  stopGuarding();
  return new Session(target, client, parameters, signal, () => signal?.removeEventListener('abort', abort));
}

/** Logs in, runs `work`, and closes the session however it ends. */
export async function withSession<T>(
  target: Target,
  options: ConnectOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(target, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** The server's words when it refused a login; undefined if `connect` failed for another reason, for example an unknown host. */
export function loginRefusal(error: unknown): ServerError | undefined {
  return error instanceof RolecallError ? serverError(error.cause) : undefined;
}

/** Whether a server at the target answers a statement on a new connection. A refusal is an answer too. */
async function isThere(target: Target, timeoutMs: number): Promise<boolean> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    // The answer on that connection must come in time, without another check whether the server is there.
    const patient = { ...target, answerTimeoutMs: 2 * timeoutMs };
    await withSession(patient, { connectTimeoutMs: timeoutMs, signal: timeout }, (session) =>
      session.query('select 1'),
    );
    return true;
  } catch (error) {
    return loginRefusal(error) !== undefined || serverError(error) !== undefined;
  }
}

/** The driver does not expose its socket. */
function socketOf(client: Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}
