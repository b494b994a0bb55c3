import { withUnhindered } from './unhindered.ts';
import type { Target } from './target.ts';

/** When a server began to run and which database of it this is, written alike whatever a role's DateStyle and TimeZone are. */
const where = `select (pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint::text as server,
  d.oid::text as database from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()`;

/** What tells one running server, and one database of it, from all others, whatever address it is reached by. */
export async function whereIs(target: Target, signal: AbortSignal): Promise<{ server: string; database: string }> {
  const [row] = await withUnhindered(target, { signal }, (session) =>
    session.query<{ server: string; database: string }>(where),
  );
  return row!;
}
