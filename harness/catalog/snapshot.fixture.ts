import { sha256 } from '../common/digest.ts';
import { beyondGrants } from './beyond-grants.fixture.ts';
import { snapshotSettings } from './snapshot.ts';

/** Changes to the database of `head.sql` that facts must show, each with the beginning of a fact that it adds. */
export const harmful: [name: string, sql: string, added: string][] = [
  [
    'a grant on a column',
    'grant select (secret) on public.tenants to app_user',
    'column public.tenants.secret app_user SELECT grantable=false grantor=postgres',
  ],
  [
    'a grant to PUBLIC',
    'grant select on public.tenants to public',
    'table public.tenants PUBLIC SELECT grantable=false grantor=postgres',
  ],
  [
    'a membership for SET ROLE alone',
    'grant app_security to app_user with inherit false, set true',
    'membership app_security app_user member admin=false grantor=postgres inherit=false set=true',
  ],
  ['another owner', 'alter table public.calls owner to app_rw', 'table public.calls app_rw owner'],
  [
    'a policy that is always true',
    'alter policy mine on public.calls using (true)',
    'policy public.calls - policy mine command=ALL permissive=true roles=PUBLIC using=true',
  ],
  [
    'a policy for a role that is named PUBLIC',
    'create role "PUBLIC"; create policy of_one on public.calls to "PUBLIC" using (true)',
    'policy public.calls - policy of_one command=ALL permissive=true roles="""PUBLIC""" using=true',
  ],
  [
    'a policy for one role with a comma in its name',
    'create role "app_rw, app_user"; create policy of_one on public.calls to "app_rw, app_user" using (true)',
    'policy public.calls - policy of_one command=ALL permissive=true roles="app_rw, app_user" using=true',
  ],
  [
    'a policy for two roles',
    'create policy of_two on public.calls to app_user, app_rw using (true)',
    'policy public.calls - policy of_two command=ALL permissive=true roles=app_rw, app_user using=true',
  ],
  [
    'no FORCE',
    'alter table public.calls no force row level security',
    'table public.calls - row-security enabled=true forced=false',
  ],
  [
    'a reset search_path',
    'alter function security.lookup reset search_path',
    'function security.lookup(text) - security-definer body=',
  ],
  [
    'a widened body',
    `create or replace function security.lookup(key text) returns table (id int) language sql security definer
       set search_path = public, pg_temp as 'select id from public.tenants'`,
    'function security.lookup(text) - security-definer body=',
  ],
  [
    'a built-in function made definer',
    'alter function pg_catalog.pg_sleep(float8) security definer',
    'function pg_catalog.pg_sleep(double precision) - security-definer body=',
  ],
  [
    'EXECUTE to PUBLIC',
    'grant execute on function security.lookup to public',
    'function security.lookup(text) PUBLIC EXECUTE grantable=false grantor=app_security',
  ],
  ['a setting of a role', `alter role app_user set work_mem = '8MB'`, 'setting cluster app_user work_mem value=8MB'],
  [
    'a setting of the project’s own, by its digest',
    `alter role app_user set app.tenant = '1'`,
    `setting cluster app_user app.tenant value=sha256:${sha256('1')}`,
  ],
  ['BYPASSRLS', 'alter role app_user bypassrls', 'role app_user - bypassrls'],
  [
    'a predefined role',
    'grant pg_read_all_data to app_user',
    'membership pg_read_all_data app_user member admin=false',
  ],
  [
    'default privileges',
    'alter default privileges in schema public grant select on tables to app_rw',
    'default-privileges postgres in public tables app_rw SELECT grantable=false grantor=postgres',
  ],
  [
    'a built-in default taken away',
    'alter default privileges revoke execute on functions from public',
    'default-privileges postgres everywhere functions - replaces-default',
  ],
  [
    'a view over a table',
    'create view public.peek as select * from public.tenants',
    'view public.peek - view definition=',
  ],
  [
    'a child that has no policy',
    'create table public.child () inherits (public.calls)',
    'inheritance public.child - child of public.calls partition=false',
  ],
  ...beyondGrants,
];

/** Changes that do not affect who can do what. */
export const harmless: [name: string, sql: string][] = [
  ['a nullable column', 'alter table public.calls add note text'],
  ['an index', 'create index on public.calls (tenant_id)'],
  ['a comment', `comment on table public.calls is 'calls'`],
  ['a renamed constraint', 'alter table public.calls rename constraint of_tenant to of_somebody'],
  [
    'a policy re-created with the same text',
    `drop policy mine on public.calls;
     create policy mine on public.calls as permissive for all to public using (tenant_id = current_setting('app.tenant', true)::int)`,
  ],
  [
    'grants in another order',
    `revoke all on public.calls from app_rw, postgres; grant insert on public.calls to app_rw;
     grant all on public.calls to postgres; grant select on public.calls to app_rw`,
  ],
  ['a default ACL written out', 'revoke all on public.tenants from public; grant all on public.tenants to postgres'],
  [
    'what the tool itself installs',
    'create schema rolecall_tap; create function rolecall_tap.ok() returns int language sql as $$select 1$$',
  ],
  [
    'what is granted and taken again',
    `grant create on tablespace pg_default to app_rw; revoke create on tablespace pg_default from app_rw;
     grant usage on type public.calls, pg_catalog.int4 to app_rw; revoke usage on type public.calls, pg_catalog.int4 from app_rw;
     grant select on pg_catalog.pg_authid to app_rw; revoke select on pg_catalog.pg_authid from app_rw;
     grant execute on function pg_catalog.pg_read_file(text) to app_rw; revoke execute on function pg_catalog.pg_read_file(text) from app_rw`,
  ],
  ['a role that never expires', `alter role app_user valid until 'infinity'`],
  [
    'the order of the tags of an event trigger',
    `drop event trigger watch; create event trigger watch on ddl_command_end when tag in ('DROP TABLE', 'ALTER TABLE') execute function public.watching()`,
  ],
  [
    'constants in a policy under other settings of the one who wrote it',
    `drop policy odd on public.tenants; set local standard_conforming_strings = off; set local bytea_output = escape;
     create policy odd on public.tenants using (name = E'a\\\\b' and name::bytea <> E'\\\\x0102'::bytea); ${snapshotSettings}`,
  ],
  ['another database', `create role elsewhere; drop role elsewhere; alter database template1 set work_mem = '8MB'`],
];
