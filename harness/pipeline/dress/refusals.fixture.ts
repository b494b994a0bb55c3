import type { ServerName } from '../../contract/servers/server-profile.ts';

/** A statement that a migrator without superuser may not run, and what to write instead. */
export interface RefusedCase {
  name: string;
  /** What the superuser makes before, in a database of its own. */
  setUp?: string;
  refused: string;
  /** The SQL of the remedy, which the migrator may run; undefined if there is none. */
  instead?: string;
  /** What the provider must grant first, according to the remedy. */
  given?: string;
  /** The kind of server whose provider refuses it, if PostgreSQL does not. */
  platform?: ServerName;
  /** The first version that refuses it. */
  since?: number;
}

export const refusedCases: readonly RefusedCase[] = [
  {
    name: 'role-attributes-denied',
    refused: 'create role r1; alter role r1 login nosuperuser nobypassrls',
    instead: `create role r1; do $$ begin if exists (select from pg_catalog.pg_roles where rolname = 'r1' and (rolsuper or rolreplication or rolbypassrls)) then alter role r1 nosuperuser noreplication nobypassrls; end if; end $$; alter role r1 login;`,
  },
  {
    name: 'reserved-role',
    platform: 'supabase',
    setUp: 'create role dashboard_user',
    refused: 'create role r1; grant dashboard_user to r1',
    instead: 'create role r1; create role ours; grant ours to r1',
  },
  { name: 'superuser-given', refused: 'create role r1 superuser' },
  {
    name: 'bypassrls-given',
    setUp: 'create table t (a int); alter table t owner to admin; alter table t enable row level security',
    refused: 'create role r1 bypassrls',
    instead: 'create role r1; create policy r1_all on t for select to r1 using (true);',
  },
  { name: 'replication-given', refused: 'create role r1 replication' },
  {
    name: 'superuser-setting',
    refused: 'set session_replication_role = replica',
    setUp: 'create table t (a int); alter table t owner to admin',
    instead: 'alter table t disable trigger user; set constraints all deferred; alter table t enable trigger user;',
  },
  {
    name: 'superuser-setting',
    refused: `create role r1; alter role r1 set log_min_duration_statement = 0`,
    given: 'grant set on parameter log_min_duration_statement to admin',
    instead: `create role r1; alter role r1 set log_min_duration_statement = 0`,
    since: 15,
  },
  {
    name: 'default-privileges-of-another',
    refused: 'create role r1; alter default privileges for role r1 grant select on tables to public',
    instead:
      'create role r1; grant r1 to current_user; alter default privileges for role r1 grant select on tables to public; revoke r1 from current_user;',
  },
  {
    name: 'reassign-or-drop-owned',
    refused: 'create role r1; create role r2; reassign owned by r1 to r2',
    instead:
      'create role r1; create role r2; grant r1, r2 to current_user; reassign owned by r1 to r2; revoke r1, r2 from current_user;',
  },
  {
    name: 'reassign-or-drop-owned',
    refused: 'create role r1; drop owned by r1',
    instead: 'create role r1; grant r1 to current_user; drop owned by r1; revoke r1 from current_user;',
  },
  {
    name: 'new-owner-may-not-create',
    refused:
      'create role r1; create schema s1; grant r1 to current_user; create function s1.f() returns int security definer language sql as $$ select 1 $$; alter function s1.f() owner to r1',
    instead:
      'create role r1; create schema s1; grant r1 to current_user; create function s1.f() returns int security definer language sql as $$ select 1 $$; grant create on schema s1 to r1; alter function s1.f() owner to r1; revoke create on schema s1 from r1;',
  },
  {
    name: 'not-the-owner',
    since: 16,
    setUp:
      'create role owner1; create table t (a int); alter table t owner to owner1; grant owner1 to admin with admin true, inherit false, set false',
    refused: 'alter table t add column b int',
    instead: 'grant owner1 to current_user; alter table t add column b int; revoke owner1 from current_user;',
  },
  {
    name: 'owner-is-another',
    refused: 'create role r1; create table t1 (a int); alter table t1 owner to r1',
    instead:
      'create role r1; create table t1 (a int); grant create on schema public to r1; grant r1 to current_user; alter table t1 owner to r1; revoke r1 from current_user;',
  },
  {
    name: 'owner-is-another',
    refused: 'create role r1; create schema s1 authorization r1',
    instead:
      'create role r1; grant r1 to current_user; create schema s1 authorization r1; revoke r1 from current_user;',
  },
  {
    name: 'role-not-assumed',
    refused: 'create role r1; set role r1',
    instead: 'create role r1; grant r1 to current_user; set role r1; reset role; revoke r1 from current_user;',
  },
  {
    name: 'extension-untrusted',
    refused: 'create extension pg_buffercache',
    given: 'create extension pg_buffercache',
    instead: 'create extension if not exists pg_buffercache',
  },
  {
    name: 'alter-system',
    refused: '--! transaction: none\nalter system set work_mem = 4096',
    instead: `create role r1; alter role r1 set work_mem = 4096`,
  },
  {
    name: 'event-trigger',
    refused:
      'create function e() returns event_trigger language plpgsql as $$ begin end $$; create event trigger e on ddl_command_end execute function e()',
  },
  {
    name: 'leakproof',
    refused: 'create function f() returns int language sql leakproof as $$ select 1 $$',
    instead: 'create function f() returns int language sql as $$ select 1 $$',
  },
  {
    name: 'server-files',
    refused: `create table t1 (a text); copy t1 from '/etc/hostname'`,
    instead: 'create table t1 (a text); copy t1 to stdout',
  },
  { name: 'server-files', refused: `create table t1 (a text); copy t1 from program 'true'` },
  { name: 'server-file-functions', refused: `select pg_read_file('postgresql.conf')` },
  {
    name: 'role-is-there',
    setUp: 'create role other1',
    refused: 'create role other1',
    instead: `do $$ begin if pg_catalog.to_regrole('other1') is null then create role other1; end if; end $$;`,
  },
  {
    name: 'comment-on-role',
    setUp: 'create role other1',
    refused: `comment on role other1 is 'x'`,
    instead: `create role r1; comment on role r1 is 'x'`,
    since: 16,
  },
  {
    name: 'role-not-made',
    setUp: 'alter role admin nocreaterole',
    refused: 'create role r1',
    given: 'create role r1',
    instead: `do $$ begin if pg_catalog.to_regrole('r1') is null then create role r1; end if; end $$;`,
  },
  {
    name: 'role-of-another',
    setUp: 'create role other1',
    refused: 'alter role other1 login',
    given: 'grant other1 to admin with admin option',
    instead: 'alter role other1 login',
    since: 16,
  },
  { name: 'role-of-another', setUp: 'create role other1', refused: 'drop role other1', since: 16 },
  {
    name: 'predefined-role',
    refused: 'create role r1; grant pg_read_all_data to r1',
    setUp: 'create table t (a int); alter table t owner to admin',
    instead: 'create role r1; grant select on t to r1',
    since: 16,
  },
  {
    name: 'role-not-granted',
    setUp: 'create role other1',
    refused: 'create role r1; grant other1 to r1',
    given: 'grant other1 to admin with admin option',
    instead: 'create role r1; grant other1 to r1',
    since: 16,
  },
  {
    name: 'role-not-granted',
    refused: 'create role r1; revoke r1 from current_user granted by postgres',
    instead: 'create role r1; revoke r1 from current_user',
    since: 16,
  },
  {
    name: 'publication-of-everything',
    setUp: 'create table t (a int); alter table t owner to admin',
    refused: 'create publication p for all tables',
    instead: 'create publication p for table t',
  },
  {
    name: 'subscription',
    refused: `create subscription s connection 'dbname=x' publication p with (connect = false)`,
  },
  {
    name: 'untrusted-language',
    refused: `create function f() returns int language c as 'x', 'y'`,
    instead: 'create function f() returns int language plpgsql as $$ begin return 1; end $$',
  },
  { name: 'tablespace', refused: `--! transaction: none\ncreate tablespace t1 location '/tmp/x'` },
  {
    name: 'row-security-of-the-owner',
    setUp: `create table t (a int); alter table t owner to admin; alter table t enable row level security; alter table t force row level security; create policy p on t using (a = current_setting('app.a', true)::int)`,
    refused: 'insert into t values (1)',
    instead:
      'alter table t no force row level security; insert into t values (1); alter table t force row level security;',
  },
  {
    name: 'no-create-on-schema',
    setUp:
      'create role owner1; create schema s1 authorization owner1; grant owner1 to admin with admin option; revoke inherit option for owner1 from admin',
    refused: 'create table s1.t (a int)',
    instead: 'grant owner1 to current_user; create table s1.t (a int); revoke owner1 from current_user;',
    since: 16,
  },
];
