import type { Mutant } from '../mutant.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';

/**
 * The answer to a mutant's `shown_by` now, or in the transaction that `opening` begins and that is rolled back; undefined if it
 * has no query.
 */
export async function answerOf(
  session: Session,
  { shown_by }: Pick<Mutant, 'shown_by'>,
  opening = 'begin read only',
): Promise<string | undefined> {
  if (shown_by === undefined) {
    return undefined;
  }
  const rows = await rolledBack(session, opening, () => session.query(shown_by));
  return rows.flatMap((row) => Object.values(row).map(String)).join('\n');
}
