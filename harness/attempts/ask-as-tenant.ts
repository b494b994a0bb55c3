import type { ParsedContract } from '../contract/contract.ts';
import { tenantSessionsOf } from '../contract/sessions.ts';
import { grouped } from '../common/text.ts';
import type { Asking } from './ask-all.ts';
import { inPlaceOf, type Question } from './ask-by-hand.ts';
import { Hands } from './hands.ts';
import { become, sessionFormOf } from './session-form.ts';
import { withEmptyForNull, type ContextRecord } from './session-parts.ts';

/**
 * Answers to scalar queries that the control asks in a session that says it is somebody: what a view shows may depend on that,
 * whoever asks. Undefined where the server refuses it, or the contract knows no session of tenants.
 */
export async function askAsTenant<T>(
  asking: Asking,
  contract: ParsedContract,
  record: ContextRecord,
  questions: readonly Omit<Question, 'record'>[],
): Promise<(T | null | undefined)[]> {
  const { hands = Hands.superuser } = asking;
  const [first] = tenantSessionsOf(contract);
  const answers: (T | null | undefined)[] = questions.map(() => undefined);
  if (first === undefined) {
    return answers;
  }
  const becoming = become(sessionFormOf(contract, first), withEmptyForNull(record));
  const asked = questions.flatMap(({ table, query }, index) => {
    const hand = hands.reader(table);
    return hand === undefined ? [] : [{ index, query, hand }];
  });
  for (const { items } of grouped(asked, ({ hand }) => JSON.stringify(hand))) {
    const { hand } = items[0]!;
    const enter = hand.isTenant ? hands.enter(hand, record) : [...hands.enter(hand), ...becoming];
    const queries = items.map(({ query }) => query);
    const its = await inPlaceOf<T>(asking, hand, enter, queries);
    items.forEach(({ index }, at) => (answers[index] = its[at]));
  }
  return answers;
}
