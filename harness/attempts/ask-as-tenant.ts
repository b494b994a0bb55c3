import type { ParsedContract } from '../contract/contract.ts';
import { tenantSessionsOf } from '../contract/sessions.ts';
import type { Asking } from './ask-all.ts';
import { askEntered, type Question } from './ask-by-hand.ts';
import { Hands } from './hands.ts';
import { become, sessionFormOf } from './session-form.ts';
import { withEmptyForNull, type ContextRecord } from './session-parts.ts';

/**
 * Answers to scalar queries that the control asks in the session of a tenant, because the rows that a view shows may depend on
 * the session. An answer is undefined if the server refuses it, or if the contract has no session with a tenant.
 */
export async function askAsTenant<T>(
  asking: Asking,
  contract: ParsedContract,
  record: ContextRecord,
  questions: readonly Omit<Question, 'record'>[],
): Promise<(T | null | undefined)[]> {
  const { hands = Hands.superuser } = asking;
  const [first] = tenantSessionsOf(contract);
  if (first === undefined) {
    return questions.map(() => undefined);
  }
  const becoming = become(sessionFormOf(contract, first), withEmptyForNull(record));
  return askEntered<T>(asking, questions, (hand) =>
    hand.isTenant ? hands.enter(hand, record) : [...hands.enter(hand), ...becoming],
  );
}
