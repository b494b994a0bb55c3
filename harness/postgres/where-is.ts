import { withUnhindered } from './unhindered.ts';
import type { Target } from './target.ts';

/** When a server started and which of its databases this is, written the same whatever the DateStyle and TimeZone of a role. */
const where = `select (pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint::text as server,
  d.oid::text as database from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()`;

/** What distinguishes a running server, and one of its databases, from all others, whatever address it is reached by. */
export async function whereIs(target: Target, signal: AbortSignal): Promise<{ server: string; database: string }> {
  const [row] = await withUnhindered(target, { signal }, (session) =>
    session.query<{ server: string; database: string }>(where),
  );
  return row!;
}
