import { snapshotSettings } from '../catalog/snapshot.ts';
import { sql } from '../common/sql.ts';
import { rolledBack } from '../postgres/rolled-back.ts';
import type { Target } from '../postgres/target.ts';
import { withUnhindered } from '../postgres/unhindered.ts';

/** Bodies of the functions that run as their owner, by their names in facts. */
export async function bodiesOf(target: Target, signal: AbortSignal): Promise<Map<string, string>> {
  return withUnhindered(target, { signal }, (session) =>
    rolledBack(session, sql`begin; set transaction read only; ${snapshotSettings}`, async () => {
      const rows = await session.query<{ name: string; body: string }>(
        `select p.oid::regprocedure::text as name, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as body
         from pg_catalog.pg_proc as p where p.prosecdef and p.oid >= 16384`,
      );
      return new Map(rows.map(({ name, body }) => [name, body]));
    }),
  );
}
