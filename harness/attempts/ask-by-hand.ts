import type { SqlName, SqlText } from '../common/sql.ts';
import { grouped } from '../common/text.ts';
import type { Tenants } from '../contract/sessions.ts';
import type { Session } from '../postgres/session.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';
import { askAll, type Asking } from './ask-all.ts';
import type { Hand } from './hand.ts';
import { Hands } from './hands.ts';
import type { ContextRecord } from './session-parts.ts';

/** A scalar query about the rows of a table. */
export interface Question {
  table: SqlName;
  query: SqlText;
  /** The tenant as which a hand asks that cannot see the rows of all tenants at once. */
  record?: ContextRecord | null | undefined;
}

/**
 * Answers to questions, each asked by the hand that reads its table. An answer is undefined if the server refuses it or nobody
 * reads the table.
 */
export async function askByHand<T>(
  asking: Asking,
  questions: readonly Question[],
  onRefusal?: (index: number, error: ServerError) => void,
): Promise<(T | null | undefined)[]> {
  const { hands = Hands.superuser } = asking;
  const saysWho = hands.seesSomeApart;
  return askEntered<T>(
    asking,
    questions,
    (hand, { record }) => hands.enter(hand, saysWho ? (record ?? null) : null),
    onRefusal,
  );
}

/**
 * As `askByHand`, with the statements by which `enter` prepares a hand for a question. Questions with the same preparation are
 * asked together.
 */
export async function askEntered<T>(
  asking: Asking,
  questions: readonly Question[],
  enter: (hand: Hand, question: Question) => readonly SqlText[],
  onRefusal: (index: number, error: ServerError) => void = () => undefined,
): Promise<(T | null | undefined)[]> {
  const { hands = Hands.superuser } = asking;
  const answers: (T | null | undefined)[] = questions.map(() => undefined);
  const asked = questions.flatMap((question, index) => {
    const hand = hands.reader(question.table);
    return hand === undefined ? [] : [{ index, query: question.query, hand, entry: enter(hand, question) }];
  });
  for (const { items } of grouped(asked, ({ hand, entry }) => JSON.stringify([hand, entry]))) {
    const { hand, entry } = items[0]!;
    const queries = items.map(({ query }) => query);
    const its = await inPlaceOf<T>(asking, hand, entry, queries, (at, error) => {
      onRefusal(items[at]!.index, error);
    });
    items.forEach(({ index }, at) => (answers[index] = its[at]));
  }
  return answers;
}

/**
 * Answers to questions for a value that no row has yet, such as one more than the greatest. If nobody sees the rows of all
 * tenants at once, two tenants are asked and the greater answer counts, because a unique key covers all rows.
 */
export async function askFurthest(
  asking: Asking,
  tenants: Tenants | undefined,
  questions: readonly Omit<Question, 'record'>[],
): Promise<(string | null | undefined)[]> {
  const { hands = Hands.superuser } = asking;
  const as = (record: ContextRecord | undefined, of: readonly Omit<Question, 'record'>[]) =>
    askByHand<string>(
      asking,
      of.map((one) => ({ ...one, record })),
    );
  const values = await as(tenants?.own, questions);
  const apart = questions.flatMap(({ table }, index) => (hands.seesTenantsApart(table) ? [index] : []));
  const others = await as(
    tenants?.other,
    apart.map((index) => questions[index]!),
  );
  apart.forEach((index, at) => {
    values[index] = furthest(values[index], others[at]);
  });
  return values;
}

/** The greater of two numbers or dates, as the server writes them. */
function furthest(one: string | null | undefined, other: string | null | undefined): string | null | undefined {
  if (one == null || other == null) {
    return one ?? other;
  }
  return one.length === other.length ? (one < other ? other : one) : one.length < other.length ? other : one;
}

/** Answers to scalar queries that a hand asks after the statements of `enter`, in a transaction that is rolled back. */
export async function inPlaceOf<T>(
  asking: Asking,
  hand: Hand,
  enter: readonly SqlText[],
  queries: readonly SqlText[],
  onRefusal: (index: number, error: ServerError) => void = () => undefined,
): Promise<(T | null | undefined)[]> {
  const session = sessionOf(asking, hand);
  if (session === undefined || queries.length === 0) {
    return queries.map(() => undefined);
  }
  const { inTransaction } = asking;
  if (enter.length === 0) {
    return askAll<T>({ session, inTransaction }, queries, onRefusal);
  }
  const refused = (error: ServerError) => {
    queries.forEach((_, index) => {
      onRefusal(index, error);
    });
    return queries.map(() => undefined);
  };
  return entered(session, inTransaction, enter, refused, () =>
    askAll<T>({ session, inTransaction: true }, queries, onRefusal),
  );
}

/**
 * Runs `work` after the statements of `enter` and undoes those. If the server refuses one of them, the result is that of
 * `refused`.
 */
export async function entered<T>(
  session: Session,
  inTransaction: boolean,
  enter: readonly SqlText[],
  refused: (error: ServerError) => T,
  work: () => Promise<T>,
): Promise<T> {
  const [begin, end] = inTransaction
    ? ['savepoint rolecall_hand', 'rollback to savepoint rolecall_hand']
    : ['begin', 'rollback'];
  await session.script(begin);
  try {
    for (const statement of enter) {
      await session.script(statement);
    }
    return await work();
  } catch (error) {
    const server = serverError(error);
    if (server === undefined) {
      throw error;
    }
    return refused(server);
  } finally {
    await session.script(end);
  }
}

/** The session in which a hand asks; undefined if its login has none. */
export function sessionOf({ session, hands = Hands.superuser, logins }: Asking, hand: Hand): Session | undefined {
  const login = hands.loginOf(hand);
  return login === undefined ? session : logins?.get(login);
}
