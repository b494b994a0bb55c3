import { sql, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';

/**
 * Begins a transaction that reads everything as it is now, and returns the statement that begins another with the same view.
 * While the first is open, neither sees later changes. Undefined if the server exports no snapshot.
 */
export async function holdSnapshot(session: Session): Promise<SqlText | undefined> {
  await session.script('begin isolation level repeatable read');
  try {
    const [row] = await session.query<{ id: string }>('select pg_catalog.pg_export_snapshot() as id');
    return sql`begin isolation level repeatable read; set transaction snapshot ${quoteLiteral(row!.id)}`;
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    await session.script('rollback');
    return undefined;
  }
}
