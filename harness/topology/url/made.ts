import { readFileSync } from 'node:fs';

import { RolecallError } from '../../common/errors.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf } from '../../postgres/target.ts';

/** First part of the name of every database made here. */
export const ownPrefix = 'rolecall_';

const madeSql = readFileSync(new URL('made.sql', import.meta.url), 'utf8');

/** Keeps, in the claim's database, which roles and databases are there, and the roles that the project will make. */
export async function beginRecord(holder: Session, named: readonly string[]): Promise<void> {
  await holder.script(
    `drop table if exists public.before, public.named;
     create table public.before as
       select 'role' as kind, rolname::text as name from pg_catalog.pg_roles
       union all select 'database', datname::text from pg_catalog.pg_database;
     create table public.named (name text)`,
  );
  await holder.query('insert into public.named (name) select pg_catalog.unnest($1::text[])', [[...named]]);
}

/** Whether the session's database has a record. */
export async function hasRecord(holder: Session): Promise<boolean> {
  const [row] = await holder.query<{ there: boolean }>(
    `select pg_catalog.to_regclass('public.before') is not null and pg_catalog.to_regclass('public.named') is not null as there`,
  );
  return row!.there;
}

/** Drops the databases and roles that were made since the record began; refuses with `release-failed` where the server does not let them go. */
export async function dropMade(holder: Session): Promise<void> {
  const roles = await holder.query<{ name: string }>(madeSql);
  const databases = await holder.query<{ name: string }>(
    `select d.datname::text as name from pg_catalog.pg_database as d
     where pg_catalog.starts_with(d.datname::text, $1) and d.datname <> pg_catalog.current_database()
       and not exists (select from public.before as b where b.kind = 'database' and b.name = d.datname) order by 1`,
    [ownPrefix],
  );
  const left: string[] = [];
  const attempt = async (what: string, sql: string) => {
    try {
      await holder.script(sql);
    } catch (error) {
      const refusal = serverError(error);
      if (refusal === undefined) {
        throw error;
      }
      left.push(`${what} (${refusal.detail ?? refusal.message})`);
    }
  };
  for (const { name } of databases) {
    await attempt(`the database ${name}`, `drop database if exists ${quoteIdentifier(name)} with (force)`);
  }
  // What they hold on databases, parameters and memberships goes with DROP OWNED, in whatever database it is said.
  for (const { name } of roles) {
    const role = quoteIdentifier(name);
    await attempt(`the role ${name}`, `drop owned by ${role}; drop role ${role}`);
  }
  if (left.length > 0) {
    throw new RolecallError('release-failed', {
      message: `what this run made on ${nameOf(holder.target)} is still there: ${left.join('; ')}`,
      next: 'In the databases named there, DROP OWNED BY the role; then DROP ROLE.',
    });
  }
}
