import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { Answers } from '../postgres/flight.ts';
import type { Session } from '../postgres/session.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';

/** A message of its own before a transaction. */
export interface Preparation {
  sql: SqlText;
  /** Whether the server's refusal is a part of it. */
  mayFail?: boolean;
  /** Whether it is the BEGIN of a transaction that is committed, in which statements read that may write by what they call. */
  begins?: boolean;
}

/** What attempts can share: a session, what it did before, and how its transaction begins. */
export interface TransactionStart {
  session: Session;
  /** Begins the transaction: `begin`, and for a mutant its damage. */
  begin: SqlText;
  before: readonly Preparation[];
}

/** Where a statement is run: on a stage, as somebody. */
export interface Stand extends TransactionStart {
  /** See `Job`. */
  give?: readonly SqlText[];
  /** Statements in the transaction: as whom, and in which context. */
  enter: readonly SqlText[];
}

/** Statements to be run on a stage. */
export interface Job {
  /** What the session gives itself before it enters, which it does also where all else only reads. */
  give?: readonly SqlText[];
  enter: readonly SqlText[];
  statements: readonly SqlText[];
  /** What a COPY … FROM STDIN is given. */
  input?: string | undefined;
}

/** Goes on from `begin`, which begins a transaction, to one that no probe can hang in. */
export function openingOf(begin: SqlText = 'begin'): SqlText {
  return sql`${begin}; set local statement_timeout = '30s'; set local lock_timeout = '2s'`;
}

const savepoint = 'rolecall_attempt';
const rollBack = sql`rollback to savepoint ${savepoint}`;

/** How many messages travel at once. */
const inFlight = 100;

/**
 * Runs job after job, one message each, and rolls each back to a savepoint. Those on one stage share a transaction, and only
 * one is open at a time: what a job holds until the next must keep nobody waiting.
 */
export class Transactions {
  #open: { session: Session; key: string } | undefined;
  /** Where the session is in its transaction, as long as it can be come back to. */
  #place: { key: string; savepoint: SqlName } | undefined;
  #places = 0;
  readonly #commitsNothing: boolean;
  #readsOnly = false;

  /** With `commitsNothing`, a transaction that is committed may only read. */
  constructor({ commitsNothing = false }: { commitsNothing?: boolean } = {}) {
    this.#commitsNothing = commitsNothing;
  }

  /** Rolls back what is open, and lets every later transaction only read: no sequence moves in one. */
  async readFromHere(): Promise<void> {
    await this.end();
    this.#readsOnly = true;
  }

  /** What the server says of the statements of one job: see `runAll`. */
  async run({ give = [], enter, ...stand }: Stand, statements: readonly SqlText[], input?: string): Promise<Answers> {
    const [answers] = await this.runAll(stand, [{ give, enter, statements, input }]);
    return answers!;
  }

  /**
   * What the server says of each job, in turn and without waiting for one before the next is sent. `counts` and `firsts` are those
   * of the job's own statements: none where its place could not be entered, and `error` says why.
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

  /** Sends a job, and before it, where the last was run in another place, what enters its own: to a savepoint within the first. */
  #send(session: Session, { give, enter, statements, input }: Job): Promise<Answers> {
    const key = JSON.stringify([give ?? [], enter]);
    if (this.#place?.key !== key) {
      // A name of its own: where the place could not be entered, its jobs do not find the one before.
      this.#places += 1;
      this.#place = { key, savepoint: sql`rolecall_place_${this.#places}` };
      void session
        .send(joined([rollBack, ...this.#way(give, enter), sql`savepoint ${this.#place.savepoint}`], ';\n'))
        .catch(() => undefined);
    }
    return session.send(joined([sql`rollback to savepoint ${this.#place.savepoint}`, ...statements], ';\n'), input);
  }

  /** The answers to a job's own statements, which are sent apart where the whole message was not run. */
  async #own(stage: TransactionStart, { give, enter, statements, input }: Job, all: Answers): Promise<Answers> {
    const { counts, firsts, error } = all;
    if (error === undefined || counts.length > 0) {
      return { counts: counts.slice(1), firsts: firsts.slice(1), error };
    }
    // Text that the server cannot parse keeps the whole message from being run, and a statement may have ended the transaction.
    const refusal = await entering(async () => {
      await this.#begin(stage);
      await this.#enter(stage.session, this.#way(give, enter));
    });
    return refusal === undefined ? stage.session.send(joined(statements, ';\n'), input) : notEntered(refusal);
  }

  /** Brings a session to a place, for questions that need their answer before the next; what was run before is rolled back. */
  async enter({ give, enter, ...stage }: Stand): Promise<void> {
    await this.#require(stage);
    await this.#enter(stage.session, this.#way(give, enter));
  }

  /** All that brings a session to a place: what it gives itself is a change, and so comes before it only reads. */
  #way(give: readonly SqlText[] | undefined, enter: readonly SqlText[]): SqlText[] {
    return [...(give ?? []), ...(this.#readsOnly ? ['set local transaction_read_only = on' as const] : []), ...enter];
  }

  async #enter(session: Session, enter: readonly SqlText[]): Promise<void> {
    this.#place = undefined;
    await asEntry(() => session.script(joined([rollBack, ...enter], ';\n')));
  }

  /** Commits what the last statement did: all before it has been rolled back. A commit that is refused leaves nothing. */
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

/** That the server refused what was to bring a session to its place: what is then to be run there says nothing by itself. */
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

/** Why a session did not come to its place; undefined where it did. Rejects with whatever else went wrong. */
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
