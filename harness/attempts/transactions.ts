import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { Answers } from '../postgres/flight.ts';
import type { Session } from '../postgres/session.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';

/** A message that is sent before a transaction. */
export interface Preparation {
  sql: SqlText;
  /** Whether the server may refuse it. */
  mayFail?: boolean;
  /** Whether it is the BEGIN of a committed transaction in which statements read, and may write through what they call. */
  begins?: boolean;
}

/** What attempts can share: a session, what it did before, and how its transaction begins. */
export interface TransactionStart {
  session: Session;
  /** Begins the transaction: `begin`, and for a mutant its damage. */
  begin: SqlText;
  before: readonly Preparation[];
}

/** Where a statement is run: on a stage, and as whom. */
export interface Stand extends TransactionStart {
  /** See `Job`. */
  give?: readonly SqlText[];
  /** Statements in the transaction that set the role and the context. */
  enter: readonly SqlText[];
}

/** Statements to run on a stage. */
export interface Job {
  /** Statements by which the session grants itself a role first, even if everything else only reads. */
  give?: readonly SqlText[];
  enter: readonly SqlText[];
  statements: readonly SqlText[];
  /** What a COPY … FROM STDIN is given. */
  input?: string | undefined;
}

/** Continues `begin`, which begins a transaction, so that no probe can hang in it. */
export function openingOf(begin: SqlText = 'begin'): SqlText {
  return sql`${begin}; set local statement_timeout = '30s'; set local lock_timeout = '2s'`;
}

const savepoint = 'rolecall_attempt';
const rollBack = sql`rollback to savepoint ${savepoint}`;

/** How many messages are in flight at once. */
const inFlight = 100;

/**
 * Runs the jobs in order, one message each, and rolls each back to a savepoint. Jobs on one stage share a transaction. Only one
 * transaction is open at a time, so that no job waits for locks of another.
 */
export class Transactions {
  #open: { session: Session; key: string } | undefined;
  /** The session's place in its transaction, while its savepoint exists. */
  #place: { key: string; savepoint: SqlName } | undefined;
  #places = 0;
  readonly #commitsNothing: boolean;
  #readsOnly = false;

  /** With `commitsNothing`, a transaction that is committed may only read. */
  constructor({ commitsNothing = false }: { commitsNothing?: boolean } = {}) {
    this.#commitsNothing = commitsNothing;
  }

  /** Rolls back what is open, and makes every later transaction read-only, so that no sequence moves. */
  async readFromHere(): Promise<void> {
    await this.end();
    this.#readsOnly = true;
  }

  /** The server's answers to the statements of one job; see `runAll`. */
  async run({ give = [], enter, ...stand }: Stand, statements: readonly SqlText[], input?: string): Promise<Answers> {
    const [answers] = await this.runAll(stand, [{ give, enter, statements, input }]);
    return answers!;
  }

  /**
   * The server's answers to each job, in order, sent without waiting for one before the next. `counts` and `firsts` are those of
   * the job's own statements. They are empty if its place could not be entered; `error` says why.
   */
  async runAll(stage: TransactionStart, jobs: readonly Job[]): Promise<Answers[]> {
    const all: Answers[] = [];
    for (let from = 0; from < jobs.length; from += inFlight) {
      const some = jobs.slice(from, from + inFlight);
      const refusal = await entering(() => this.#require(stage));
      if (refusal !== undefined) {
        return jobs.map(() => notEntered(refusal));
      }
      const answers = await Promise.all(some.map((job) => this.#send(stage.session, job)));
      for (const [index, job] of some.entries()) {
        all.push(await this.#own(stage, job, answers[index]!));
      }
    }
    return all;
  }

  /** Sends a job. If the last job was in another place, it first enters its own, to a savepoint within the first. */
  #send(session: Session, { give, enter, statements, input }: Job): Promise<Answers> {
    const key = JSON.stringify([give ?? [], enter]);
    if (this.#place?.key !== key) {
      // Each place has its own savepoint: if a place could not be entered, its jobs do not find the previous one.
      this.#places += 1;
      this.#place = { key, savepoint: sql`rolecall_place_${this.#places}` };
      void session
        .send(joined([rollBack, ...this.#way(give, enter), sql`savepoint ${this.#place.savepoint}`], ';\n'))
        .catch(() => undefined);
    }
    return session.send(joined([sql`rollback to savepoint ${this.#place.savepoint}`, ...statements], ';\n'), input);
  }

  /** The answers to a job's own statements. They are sent alone if the whole message was not run. */
  async #own(stage: TransactionStart, { give, enter, statements, input }: Job, all: Answers): Promise<Answers> {
    const { counts, firsts, error } = all;
    if (error === undefined || counts.length > 0) {
      return { counts: counts.slice(1), firsts: firsts.slice(1), error };
    }
    // If the server cannot parse one statement, it runs nothing of the message. A statement may also have ended the transaction.
    const refusal = await entering(async () => {
      await this.#begin(stage);
      await this.#enter(stage.session, this.#way(give, enter));
    });
    return refusal === undefined ? stage.session.send(joined(statements, ';\n'), input) : notEntered(refusal);
  }

  /** Brings a session to a place, for questions that need an answer before the next. What ran before is rolled back. */
  async enter({ give, enter, ...stage }: Stand): Promise<void> {
    await this.#require(stage);
    await this.#enter(stage.session, this.#way(give, enter));
  }

  /**
   * The statements that bring a session to a place. The grant to itself is a change, so it comes before the transaction becomes
   * read-only.
   */
  #way(give: readonly SqlText[] | undefined, enter: readonly SqlText[]): SqlText[] {
    return [...(give ?? []), ...(this.#readsOnly ? ['set local transaction_read_only = on' as const] : []), ...enter];
  }

  async #enter(session: Session, enter: readonly SqlText[]): Promise<void> {
    this.#place = undefined;
    await asEntry(() => session.script(joined([rollBack, ...enter], ';\n')));
  }

  /** Commits what the last statement did; everything before it has been rolled back. A refused commit leaves nothing. */
  async commit(): Promise<void> {
    const session = this.#open?.session;
    this.#open = undefined;
    await session?.send('commit');
  }

  /** Rolls back what is open. */
  async end(): Promise<void> {
    const session = this.#open?.session;
    this.#open = undefined;
    await session?.send('rollback');
  }

  async #require(stage: TransactionStart): Promise<void> {
    if (this.#open?.session !== stage.session || this.#open.key !== keyOf(stage)) {
      await this.#begin(stage);
    }
  }

  async #begin(stage: TransactionStart): Promise<void> {
    const { session, begin, before } = stage;
    await this.end();
    for (const { sql: prepared, mayFail = false, begins = false } of before) {
      const sent = begins && this.#commitsNothing ? sql`${prepared} read only` : prepared;
      await (mayFail ? session.send(sent) : asEntry(() => session.script(sent)));
    }
    this.#open = { session, key: keyOf(stage) };
    this.#place = undefined;
    await session.script(sql`${openingOf(begin)}; savepoint ${savepoint}`);
  }
}

/** The server refused a statement that brings a session to its place. What would run there then proves nothing. */
class EntryRefused extends Error {
  readonly server: ServerError;

  constructor(server: ServerError, cause: unknown) {
    super(server.message, { cause });
    this.server = server;
  }
}

async function asEntry(enter: () => Promise<void>): Promise<void> {
  try {
    await enter();
  } catch (error) {
    const server = serverError(error);
    throw server === undefined ? error : new EntryRefused(server, error);
  }
}

/** Why a session did not come to its place; undefined if it did. Rejects with any other error. */
async function entering(enter: () => Promise<void>): Promise<ServerError | undefined> {
  try {
    await enter();
    return undefined;
  } catch (error) {
    if (error instanceof EntryRefused) {
      return error.server;
    }
    throw error;
  }
}

function notEntered(error: ServerError): Answers {
  return { counts: [], firsts: [], error };
}

function keyOf({ begin, before }: TransactionStart): string {
  return JSON.stringify([begin, before]);
}
