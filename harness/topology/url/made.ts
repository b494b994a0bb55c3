import { readFileSync } from 'node:fs';

import { RolecallError } from '../../common/errors.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { nameOf } from '../../postgres/target.ts';

/** First part of the name of every database made here. */
export const ownPrefix = 'rolecall_';

const madeSql = readFileSync(new URL('made.sql', import.meta.url), 'utf8');

const tables = ['before', 'named', 'announced', 'made'];

/** Keeps, in the claim's database, which roles and databases are there, and the roles that the project will make. */
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

/** Says that the run is going to make a database. One of that name that is there already is somebody's. */
export async function announceDatabase(holder: Session, name: string): Promise<void> {
  await holder.query(
    `insert into public.announced (name) select $1::name
     where not exists (select from pg_catalog.pg_database as d where d.datname = $1::name)`,
    [name],
  );
}

/** Puts on record, by oid, what the run has made so far. */
export async function recordMade(holder: Session): Promise<void> {
  await holder.query(
    `insert into public.made (kind, oid, name) select m.kind, m.oid, m.name from (${madeSql}) as m where m.is_announced
     on conflict (kind, oid) do update set name = excluded.name`,
  );
}

/** What looks like the run's and is not on its record: another may have made it. */
export async function unrecorded(holder: Session): Promise<string[]> {
  const rows = await holder.query<{ what: string }>(
    `select 'the ' || m.kind || ' ' || m.name as what from (${madeSql}) as m
     where not exists (select from public.made as r where r.kind = m.kind and r.oid = m.oid) order by m.kind, m.name collate "C"`,
  );
  return rows.map(({ what }) => what);
}

/** Drops the databases and roles that are on record, where oid and name are still theirs; refuses with `release-failed` where the server does not let them go. */
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
      // What roles hold on databases, parameters and memberships goes with DROP OWNED, in whatever database it is said.
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
 * Who made roles and is not a superuser may drop what they own, and end their sessions, as a member of theirs: from PostgreSQL 16 on
 * it gives that to itself by its ADMIN OPTION, before by its CREATEROLE. What is refused shows where the role is dropped.
 */
async function useRoles(holder: Session, names: readonly string[]): Promise<void> {
  const unusable = await holder.query<{ name: string }>(
    `select r.rolname::text as name from pg_catalog.pg_roles as r
     where r.rolname = any ($1::text[]) and not pg_catalog.pg_has_role(r.oid, 'USAGE')`,
    [[...names]],
  );
  // Before PostgreSQL 16 the attribute of the member says whether it inherits.
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
