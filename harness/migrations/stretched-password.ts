import { sql } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';

/** The minimum that drivers such as Go's demand, and PostgreSQL's own default. */
const usual = 4096;

/**
 * Stores the password of a role in the form that any driver accepts, if the server uses a quicker one, as our embedded server
 * does. The password itself stays the same.
 */
export async function stretchPassword(superuser: Target, role: Target, signal: AbortSignal): Promise<void> {
  await withSession(superuser, { signal }, async (session) => {
    const [row] = await session.query<{ quick: boolean | null }>(
      `select pg_catalog.current_setting('scram_iterations', true)::int < ${usual} as quick`,
    );
    if (row?.quick === true) {
      await session.script(
        sql`set scram_iterations = 4096; alter role ${quoteIdentifier(role.user)} password ${quoteLiteral(role.password)}`,
      );
    }
  });
}
