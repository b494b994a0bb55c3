import type { Mutant } from '../mutant.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';

/** What a mutant's `shown_by` answers now, or in the transaction that `opening` begins, which is rolled back; undefined where it asks nothing. */
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
