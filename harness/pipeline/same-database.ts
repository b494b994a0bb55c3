import { RolecallError } from '../common/errors.ts';
import { loginRefusal } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import { nameOf, type Target } from '../postgres/target.ts';
import { withUnhindered } from '../postgres/unhindered.ts';

/** What tells one database of one running server from all others, whatever address it is reached by. */
const identity = `select pg_catalog.pg_postmaster_start_time()::text || ' ' || d.oid::text as here
  from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()`;

/** Refuses with `bad-argument` a login whose URL leads to another database than the superuser's: it would certify the wrong one. */
export async function requireSameDatabase(
  superuser: Target,
  logins: ReadonlyMap<string, Target>,
  signal: AbortSignal,
): Promise<void> {
  const here = await whereIs(superuser, signal);
  for (const [name, target] of logins) {
    const there = await whereIs(target, signal).catch((error: unknown) => {
      // A login that the server refuses, or lets read nothing, is an observation, made later.
      if (loginRefusal(error) === undefined && serverError(error) === undefined) {
        throw error;
      }
      return here;
    });
    if (there !== here) {
      throw new RolecallError('bad-argument', {
        message: `the URL of ${name} leads to ${nameOf(target)}, which is not the database of --url, ${nameOf(superuser)}`,
        next: 'Give URLs of one database.',
      });
    }
  }
}

async function whereIs(target: Target, signal: AbortSignal): Promise<string> {
  const [row] = await withUnhindered(target, { signal }, (session) => session.query<{ here: string }>(identity));
  return row!.here;
}
