import { joined, sql, type SqlText } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';
import type { Hands } from './hands.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';

/** How many questions go into one statement: as many as the server still plans fast. */
const together = 50;

/** Where questions are asked. An error must not end the transaction that they are in. */
export interface Asking {
  session: Session;
  inTransaction: boolean;
  /** Who reads which table. @default the superuser, whose session it is */
  hands?: Hands;
  /** Sessions of logins that read tables, by their names. */
  logins?: ReadonlyMap<string, Session> | undefined;
}

/**
 * Answers to scalar queries, many in one statement. If a statement fails, each of its queries is asked alone; the answer is
 * undefined if the server refuses the query, and `onRefusal` is told why.
 */
export async function askAll<T>(
  asking: Asking,
  queries: readonly SqlText[],
  onRefusal: (index: number, error: ServerError) => void = () => undefined,
): Promise<(T | null | undefined)[]> {
  const answers: (T | null | undefined)[] = [];
  for (let from = 0; from < queries.length; from += together) {
    const some = queries.slice(from, from + together);
    answers.push(
      ...((await ask<T>(asking, some)) ??
        (await oneByOne<T>(asking, some, (at, error) => {
          onRefusal(from + at, error);
        }))),
    );
  }
  return answers;
}

async function oneByOne<T>(
  asking: Asking,
  queries: readonly SqlText[],
  onRefusal: (index: number, error: ServerError) => void,
): Promise<(T | null | undefined)[]> {
  const answers: (T | null | undefined)[] = [];
  for (const [index, query] of queries.entries()) {
    const refused = (error: ServerError) => {
      onRefusal(index, error);
    };
    answers.push((await ask<T>(asking, [query], refused))?.[0]);
  }
  return answers;
}

async function ask<T>(
  { session, inTransaction }: Asking,
  queries: readonly SqlText[],
  onRefusal: (error: ServerError) => void = () => undefined,
): Promise<(T | null)[] | undefined> {
  if (inTransaction) {
    await session.script('savepoint rolecall_question');
  }
  try {
    const [row] = await session.query<Record<string, T | null>>(
      sql`select ${joined(queries.map((query, index) => sql`(${query}) as a${index}`))}`,
    );
    return queries.map((_, index) => row![`a${index}`]!);
  } catch (error) {
    const refusal = serverError(error);
    if (refusal === undefined) {
      throw error;
    }
    onRefusal(refusal);
    if (inTransaction) {
      await session.script('rollback to savepoint rolecall_question');
    }
    return undefined;
  }
}
