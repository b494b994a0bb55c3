import { byStage } from './by-stage.ts';
import { meaningOf } from './outcome.ts';
import type { Question } from './ask-by-hand.ts';
import { placeOf, type ControlSessions } from './control-sessions.ts';
import type { Transactions } from './transactions.ts';
import type { Trial } from './trial.ts';
import { withoutDoubt, type Tried } from './tried.ts';
import type { Trier } from './trier.ts';
import type { LoginSessions } from './try-statement.ts';

/** Asks again about the few trials that found a row too many or missing, with many questions in flight. */
export class SecondLooks {
  readonly #transactions: Transactions;
  readonly #trier: Trier;
  readonly #readers: ControlSessions;

  /** `readers` are the sessions in which the hands that read tables ask. */
  constructor(transactions: Transactions, trier: Trier, readers: ControlSessions) {
    this.#transactions = transactions;
    this.#trier = trier;
    this.#readers = readers;
  }

  /** The results, with one row by its key for each read that missed some. */
  async nameMissing(login: LoginSessions, trials: readonly Trial[], tried: readonly Tried[]): Promise<Tried[]> {
    const few = trials.flatMap((trial, index) => {
      const [entry] = this.#trier.entriesOf(trial);
      const expected = tried[index]!.missing_rows === undefined ? undefined : trial.rowsOf?.(entry.record);
      return expected?.missing === undefined
        ? []
        : [{ index, trial, entry, missing: expected.missing, list: expected.list ?? 'select null' }];
    });
    const lists = await this.#answers(
      few.map(({ trial, entry, list }) => ({ table: trial.object, query: list, record: entry.record })),
    );
    const places = few.map(({ index, trial, entry, missing }, at) => {
      const { stage, job } = this.#trier.placeOf(login, { trial, entry });
      return { stage, index, job: { ...job, statements: [missing(lists[at]!)] } };
    });
    const named = [...tried];
    for (const { stage, jobs, places: those } of byStage(places)) {
      const answers = await this.#transactions.runAll(stage, jobs);
      answers.forEach(({ firsts: [key] }, at) => {
        const { index } = those[at]!;
        named[index] = key == null ? named[index]! : { ...named[index]!, missing_row: key };
      });
    }
    return named;
  }

  /**
   * The results in a database that others write to. Rows that a statement reached beyond its tenant's known rows may have become
   * the tenant's since.
   */
  async recounted(trials: readonly Trial[], tried: readonly Tried[]): Promise<Tried[]> {
    const more = trials.flatMap((trial, index) => {
      const one = tried[index]!;
      const entry =
        one.foreign_rows === 0 || !meaningOf(one).isAllowed || this.#trier.isRead(trial)
          ? undefined
          : this.#trier.entriesOf(trial).find(({ value }) => value === one.value);
      const expected = entry === undefined ? undefined : trial.rowsOf?.(entry.record);
      return expected === undefined
        ? []
        : [{ index, own: expected.own, table: trial.object, query: expected.count, record: entry!.record }];
    });
    const counts = await this.#answers(more);
    const again = [...tried];
    more.forEach(({ index, own }, at) => {
      const one = tried[index]!;
      const known = Math.max(own, Number(counts[at] ?? 0));
      const beyond = Math.max(0, one.rows - known);
      again[index] = {
        ...(beyond === 0 ? withoutDoubt(one) : one),
        foreign_rows: Math.min(one.foreign_rows, beyond),
      };
    });
    return again;
  }

  /** Answers of the readers of tables to scalar queries. */
  async #answers(questions: readonly Question[]): Promise<(string | null)[]> {
    const places = questions.flatMap(({ table, query, record }, index) => {
      const hand = this.#readers.hands.reader(table);
      const place = hand === undefined ? undefined : placeOf(this.#readers, hand, record);
      return place === undefined
        ? []
        : [{ index, stage: place.stage, job: { give: place.give, enter: place.enter, statements: [query] } }];
    });
    const found: (string | null)[] = questions.map(() => null);
    for (const { stage, jobs, places: those } of byStage(places)) {
      const answers = await this.#transactions.runAll(stage, jobs);
      answers.forEach(({ firsts: [first] }, at) => {
        found[those[at]!.index] = first ?? null;
      });
    }
    return found;
  }
}
