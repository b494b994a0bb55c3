import { sql } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';

/** What drivers, Go’s among them, demand at least; PostgreSQL’s own default. */
const usual = 4096;

/**
 * Keeps the password of a role in the form that any driver takes, where the server makes it in a quicker one, as an embedded one of
 * ours does. The password stays what it is.
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
