import { readFileSync } from 'node:fs';

import { RolecallError } from '../../common/errors.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf } from '../../postgres/target.ts';

/** The prefix of every database that is made here. */
export const ownPrefix = 'rolecall_';

const madeSql = readFileSync(new URL('made.sql', import.meta.url), 'utf8');

const tables = ['before', 'named', 'announced', 'made'];

/** Records, in the claim's database, which roles and databases exist, and the roles that the project will make. */
export async function beginRecord(holder: Session, named: readonly string[]): Promise<void> {
  await holder.script(
    `drop table if exists ${tables.map((name) => `public.${name}`).join(', ')};
     create table public.before as
       select 'role' as kind, oid, rolname::text as name from pg_catalog.pg_roles
       union all select 'database', oid, datname::text from pg_catalog.pg_database;
     create table public.named (name text);
     create table public.announced (name name);
     create table public.made (kind text, oid oid, name text, primary key (kind, oid))`,
  );
  await holder.query('insert into public.named (name) select pg_catalog.unnest($1::text[])', [[...named]]);
}

/** Whether the session's database has a record. */
export async function hasRecord(holder: Session): Promise<boolean> {
  const [row] = await holder.query<{ there: boolean }>(
    `select pg_catalog.bool_and(pg_catalog.to_regclass('public.' || t.name) is not null) as there from pg_catalog.unnest($1::text[]) as t (name)`,
    [tables],
  );
  return row!.there;
}

/** Announces that the run will make a database. If one of that name exists already, it is somebody's, and is refused. */
export async function announceDatabase(holder: Session, name: string): Promise<void> {
  await holder.query(
    `insert into public.announced (name) select $1::name
     where not exists (select from pg_catalog.pg_database as d where d.datname = $1::name)`,
    [name],
  );
}

/** Records, by oid, what the run has made so far. */
export async function recordMade(holder: Session): Promise<void> {
  await holder.query(
    `insert into public.made (kind, oid, name) select m.kind, m.oid, m.name from (${madeSql}) as m where m.is_announced
     on conflict (kind, oid) do update set name = excluded.name`,
  );
}

/** What looks like the run's work and is not on its record. Somebody else may have made it. */
export async function unrecorded(holder: Session): Promise<string[]> {
  const rows = await holder.query<{ what: string }>(
    `select 'the ' || m.kind || ' ' || m.name as what from (${madeSql}) as m
     where not exists (select from public.made as r where r.kind = m.kind and r.oid = m.oid) order by m.kind, m.name collate "C"`,
  );
  return rows.map(({ what }) => what);
}

/**
 * Drops the databases and roles on record whose oid and name still match. Refuses with `release-failed` if the server does not
 * drop them.
 */
export async function dropRecorded(holder: Session): Promise<void> {
  const recorded = await holder.query<{ kind: 'database' | 'role'; name: string }>(
    `select m.kind, m.name from public.made as m
     join (
       select 'role' as kind, oid, rolname as name from pg_catalog.pg_roles
       union all select 'database', oid, datname from pg_catalog.pg_database
     ) as t on t.kind = m.kind and t.oid = m.oid and t.name = m.name
     order by m.kind, m.name collate "C"`,
  );
  await useRoles(
    holder,
    recorded.filter(({ kind }) => kind === 'role').map(({ name }) => name),
  );
  const left: string[] = [];
  for (const { kind, name } of recorded) {
    const quoted = quoteIdentifier(name);
    try {
      // DROP OWNED also removes what roles hold on databases, parameters and memberships, in whatever database it runs.
      await holder.script(
        kind === 'database' ? `drop database ${quoted} with (force)` : `drop owned by ${quoted}; drop role ${quoted}`,
      );
    } catch (error) {
      const refusal = serverError(error);
      if (refusal === undefined) {
        throw error;
      }
      left.push(`the ${kind} ${name} (${refusal.detail ?? refusal.message})`);
    }
  }
  if (left.length > 0) {
    throw new RolecallError('release-failed', {
      message: `what this run made on ${nameOf(holder.target)} is still there: ${left.join('; ')}`,
      next: 'In the databases named there, DROP OWNED BY the role; then DROP ROLE.',
    });
  }
}

/**
 * A creator of roles that is not a superuser must be their member to drop what they own and end their sessions. From PostgreSQL
 * 16 on it grants itself that membership by its ADMIN OPTION, before by CREATEROLE. If that is refused, dropping the role shows
 * it.
 */
async function useRoles(holder: Session, names: readonly string[]): Promise<void> {
  const unusable = await holder.query<{ name: string }>(
    `select r.rolname::text as name from pg_catalog.pg_roles as r
     where r.rolname = any ($1::text[]) and not pg_catalog.pg_has_role(r.oid, 'USAGE')`,
    [[...names]],
  );
  // Before PostgreSQL 16 an attribute of the member says whether it inherits.
  const inheriting =
    Number.parseInt(holder.parameters.get('server_version') ?? '', 10) >= 16 ? ' with inherit true' : '';
  for (const { name } of unusable) {
    await holder.script(`grant ${quoteIdentifier(name)} to current_user${inheriting}`).catch((error: unknown) => {
      if (serverError(error) === undefined) {
        throw error;
      }
    });
  }
}
