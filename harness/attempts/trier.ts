import type { ParsedContract } from '../contract/contract.ts';
import { settingsOf } from '../contract/sessions.ts';
import type { Answers } from '../postgres/flight.ts';
import type { Reply } from './attempt.ts';
import type { Session } from '../postgres/session.ts';
import { meaningOf } from './outcome.ts';
import { Entries } from './entries.ts';
import { everSet, type SessionForm } from './session-form.ts';
import type { Ground } from './ground.ts';
import type { ContextEntry } from './tenant-context.ts';
import { byStage } from './by-stage.ts';
import type { Job, TransactionStart, Transactions } from './transactions.ts';
import { isWrite, type Trial } from './trial.ts';
import { foreignOf, hasGotThrough, isRaised, onOthers, triedOf, withOthers, type Tried, type Try } from './tried.ts';
import { stageOf, type LoginSessions } from './try-statement.ts';

const spoilt = 'a statement before it set the tenant in the session that should never have held one';

/** Tries statements as logins in the contexts of a contract, one message each. */
export class Trier {
  readonly #transactions: Transactions;
  readonly #ground: Pick<Ground, 'shapes' | 'disguises' | 'snapshot'>;
  readonly #entries: Entries;
  readonly #watched: Pick<SessionForm, 'watched'>;
  readonly #heldNobody = new WeakMap<Session, boolean>();

  constructor(
    transactions: Transactions,
    contract: ParsedContract,
    ground: Pick<Ground, 'shapes' | 'disguises' | 'snapshot'>,
  ) {
    this.#transactions = transactions;
    this.#ground = ground;
    this.#entries = new Entries(contract, ground);
    this.#watched = { watched: settingsOf(contract) };
  }

  /** The results of the trials of one identity in one context; in a hostile context, with the value that reaches furthest. */
  async tryAll(login: LoginSessions, trials: readonly Trial[]): Promise<Tried[]> {
    const entries = trials.map((trial) => this.entriesOf(trial));
    const firstTries = trials.map((trial, index) => ({ trial, entry: entries[index]![0] }));
    const furthest = await this.#runApart(login, firstTries);
    const more = entries
      .flatMap(([, ...rest], index) =>
        hasGotThrough(trials[index]!, furthest[index]!)
          ? []
          : rest
              // Grants do not look at settings.
              .filter(({ hasOtherGrants = false }) => hasOtherGrants || !isDeniedByGrant(furthest[index]!))
              .map((entry) => ({ index, trial: trials[index]!, entry })),
      )
      .toSorted((a, b) => (a.entry.value! < b.entry.value! ? -1 : 1));
    (await this.#runApart(login, more)).forEach((tried, at) => {
      const { index } = more[at]!;
      if (!hasGotThrough(trials[index]!, furthest[index]!) && hasGotThrough(trials[index]!, tried)) {
        furthest[index] = tried;
      }
    });
    const roomy = await this.#withRoom(login, trials, furthest);
    const byRow = await this.#withRowByRow(login, trials, roomy);
    return this.#withOthers(login, firstTries, byRow, (one) => !isHostile(one));
  }

  /**
   * As above, but rows that a trigger may have kept from moving are tried one by one: the first row that it lets through counts.
   */
  async #withRowByRow(login: LoginSessions, trials: readonly Trial[], tried: readonly Tried[]): Promise<Tried[]> {
    const found = [...tried];
    const kept = trials.flatMap((trial, index) =>
      trial.command === 'UPDATE re-home' && isRaised(tried[index]!)
        ? (trial.rowByRow?.() ?? []).map((sql) => ({
            index,
            trial: { ...trial, sql },
            entry: this.entriesOf(trial)[0],
          }))
        : [],
    );
    const again = await this.#run(login, kept);
    kept.forEach(({ index }, at) => {
      const one = again[at]!;
      if (found[index] === tried[index] && !isRaised(one) && (!meaningOf(one).isAllowed || one.rows > 0)) {
        found[index] = one;
      }
    });
    return found;
  }

  /** The result of each try, with the owners of the rows that it reached if a hostile session has rows of its own. */
  async #runApart(login: LoginSessions, tries: readonly Try[]): Promise<Tried[]> {
    const isOfSomebody = (one: Try) => isHostile(one) && one.entry.byRole === true;
    return this.#withOthers(login, tries, await this.#run(login, tries), isOfSomebody);
  }

  /** As above, but a write whose rows have unknown owners is tried again on rows of others alone. */
  async #withOthers(
    login: LoginSessions,
    tries: readonly Try[],
    tried: readonly Tried[],
    isAsked: (one: Try) => boolean,
  ): Promise<Tried[]> {
    const places = tries.flatMap((one, index) => {
      const { entry } = one;
      const statements = isAsked(one) ? onOthers(one, tried[index]!) : undefined;
      const enter = [...(login.become ?? []), ...entry.enter];
      return statements === undefined ? [] : [{ index, stage: stageOf(login, entry), job: { enter, statements } }];
    });
    const found = [...tried];
    for (const { stage, jobs, places: those } of byStage(places)) {
      const answers = await this.#transactions.runAll(stage, jobs);
      answers.forEach((answer, at) => {
        const { index } = those[at]!;
        found[index] = withOthers(found[index]!, answer, those[at]!.job.statements.length - 1);
      });
    }
    return found;
  }

  /** As above, but an INSERT that collided with a row is tried again if the login itself can delete that row first. */
  async #withRoom(login: LoginSessions, trials: readonly Trial[], tried: readonly Tried[]): Promise<Tried[]> {
    const collided = trials.flatMap((trial, index) =>
      trial.room !== undefined && tried[index]!.sqlstate === '23505'
        ? [{ index, trial, entry: this.entriesOf(trial)[0], first: [trial.room] }]
        : [],
    );
    const again = await this.#run(login, collided);
    const found = [...tried];
    collided.forEach(({ index }, at) => {
      if (again[at]!.sqlstate === null && again[at]!.rows > 0) {
        found[index] = again[at]!;
      }
    });
    return found;
  }

  /**
   * Runs the writes of `trials` that touched no row again and commits them, so that other sessions can see whether they left
   * something. A write that raised an error has left nothing.
   */
  async commitIdle(login: LoginSessions, trials: readonly Trial[], tried: readonly Tried[]): Promise<void> {
    const idle = trials.filter(
      (trial, index) => isWrite(trial) && tried[index]!.sqlstate === null && tried[index]!.rows === 0,
    );
    const places = idle.map((trial) => this.placeOf(login, { trial, entry: this.entriesOf(trial)[0] }));
    for (const { stage, jobs } of byStage(places)) {
      const together = { ...jobs[0]!, statements: jobs.flatMap(({ statements }) => statements) };
      const isDone = jobs.every(({ input }) => input === undefined) && (await this.#commitIfIdle(stage, together));
      for (const job of isDone ? [] : jobs) {
        await this.#commitIfIdle(stage, job);
      }
    }
  }

  async #commitIfIdle(stage: TransactionStart, job: Job): Promise<boolean> {
    const [answers] = await this.#transactions.runAll(stage, [job]);
    const isIdle = answers!.error === undefined && answers!.counts.every((count) => count === 0);
    if (isIdle) {
      await this.#transactions.commit();
    }
    return isIdle;
  }

  /** The result of each try. A session that held a tenant although it never should is replaced, and its tries run again. */
  async #run(login: LoginSessions, tries: readonly Try[]): Promise<Tried[]> {
    const tried = tries.map(() => undefined as Tried | undefined);
    let open = tries.map((_, index) => index);
    for (;;) {
      if (tries.some(({ entry }) => entry.untouched)) {
        await this.#lookAt(login);
      }
      const places = open.map((index) => ({ ...this.placeOf(login, tries[index]!), index }));
      for (const { stage, jobs, places: those } of byStage(places)) {
        const answers = await this.#transactions.runAll(stage, jobs);
        answers.forEach((one, at) => {
          const { index } = those[at]!;
          const own = this.#isChecked(login, tries[index]!) ? withoutCheck(one) : one;
          tried[index] = own === undefined ? undefined : triedOf(tries[index]!, own);
        });
      }
      const left = open.filter((index) => tried[index] === undefined);
      // The first try finds a clean session, so each round leaves fewer tries.
      if (left.length === 0 || login.renew === undefined) {
        return tried.map(
          (one) =>
            one ?? {
              outcome: 'broken-off',
              sqlstate: null,
              message: spoilt,
              rows: 0,
              foreign_rows: 0,
              unproven: spoilt,
            },
        );
      }
      open = left;
      await this.#transactions.end();
      await login.renew();
    }
  }

  /** Where a try runs, and its statements there. */
  placeOf(login: LoginSessions, { trial, entry, first = [] }: Try): { stage: TransactionStart; job: Job } {
    const { sql, input } = trial;
    const foreign = foreignOf({ trial, entry });
    return {
      stage: this.isRead(trial) ? { ...stageOf(login, entry), begin: this.#ground.snapshot! } : stageOf(login, entry),
      job: {
        enter: [...(login.become ?? []), ...entry.enter],
        statements: [
          ...(this.#isChecked(login, { trial, entry }) ? [everSet(this.#watched)] : []),
          ...first,
          sql,
          ...(foreign === undefined ? [] : [foreign]),
        ],
        input,
      },
    };
  }

  /**
   * Whether a trial only reads rows of the known snapshot, so that later changes do not matter. A lock needs the current rows.
   */
  isRead({ command, rowsOf }: Trial): boolean {
    return (
      this.#ground.snapshot !== undefined && rowsOf !== undefined && (command === 'SELECT' || command === 'COPY TO')
    );
  }

  /**
   * Whether the session of a try is checked before it. A session that held a tenant from its first moment has it from its role.
   */
  #isChecked({ untouched }: LoginSessions, { entry }: Try): boolean {
    return entry.untouched && this.#heldNobody.get(untouched) === true;
  }

  /** Notes whether the session that should never have held a tenant is clean when it is first used. */
  async #lookAt({ untouched }: LoginSessions): Promise<void> {
    if (this.#watched.watched.length > 0 && !this.#heldNobody.has(untouched)) {
      const { counts } = await untouched.send(everSet(this.#watched));
      this.#heldNobody.set(untouched, counts[0] === 0);
    }
  }

  /** The ways to enter the context of a trial. */
  entriesOf(trial: Trial): readonly [ContextEntry, ...ContextEntry[]] {
    return this.#entries.of(trial);
  }
}

function isHostile({ trial }: Try): boolean {
  return trial.context === 'hostile';
}

function isDeniedByGrant(reply: Reply): boolean {
  return meaningOf(reply).closedBy === 'grants';
}

/** The answers after the one to `everSet`; undefined if the session was not clean, or the message could not be parsed. */
function withoutCheck({ counts: [everSetRows, ...counts], firsts, error }: Answers): Answers | undefined {
  return everSetRows === 0 || (everSetRows === undefined && error !== undefined)
    ? { counts, firsts: firsts.slice(1), error }
    : undefined;
}
