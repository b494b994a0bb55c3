-- Lets a role without superuser create the extensions that the provider allows it, although they are not trusted. The role is a
-- superuser from the beginning of such a CREATE or ALTER EXTENSION to its end, where the result is checked. The schema is the
-- tool's own, and is dropped before the state is read.
create schema rolecall_dress;
grant usage on schema rolecall_dress to public;

create table rolecall_dress.allowed (extension text primary key);

create function rolecall_dress.extensions() returns text[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(e.extname::text), '{}') from pg_catalog.pg_extension as e;
end;

create function rolecall_dress.make_superuser(role name, is_superuser boolean) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('alter role %I %s', role, case when is_superuser then 'superuser' else 'nosuperuser' end);
end
$$;

create function rolecall_dress.begin_extension() returns event_trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  depth int := coalesce(nullif(current_setting('rolecall_dress.depth', true), ''), '0')::int;
begin
  -- The scripts of some extensions alter them.
  if depth > 0 then
    perform set_config('rolecall_dress.depth', (depth + 1)::text, true);
    return;
  end if;
  if (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  perform set_config('rolecall_dress.depth', '1', true);
  perform set_config('rolecall_dress.role', current_user, true);
  perform set_config('rolecall_dress.before', rolecall_dress.extensions()::text, true);
  perform rolecall_dress.make_superuser(current_user, true);
end
$$;

-- The superuser owns the objects of an extension, as with a trusted one.
create function rolecall_dress.give_to_superuser(extension name, superuser name) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  member record;
begin
  for member in
    select o.type, o.identity
      from pg_depend as d
      join pg_extension as e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
     cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) as o
     where d.deptype = 'e'
       and e.extname = extension
       and o.type in (
         'function', 'procedure', 'aggregate', 'type', 'table', 'foreign table', 'view', 'materialized view', 'sequence', 'schema',
         'operator', 'operator class', 'operator family', 'foreign-data wrapper', 'language'
       )
       -- A column's sequence follows its table.
       and not exists (
         select from pg_depend as c
          where c.classid = 'pg_class'::regclass and c.objid = d.objid and d.classid = 'pg_class'::regclass
            and c.refclassid = 'pg_class'::regclass and c.refobjsubid > 0 and c.deptype in ('a', 'i')
       )
  loop
    execute format('alter %s %s owner to %I', replace(member.type, '-', ' '), member.identity, superuser);
  end loop;
end
$$;

create function rolecall_dress.end_extension() returns event_trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  depth int := coalesce(nullif(current_setting('rolecall_dress.depth', true), ''), '0')::int;
  role name := current_setting('rolecall_dress.role', true);
  made record;
begin
  if depth = 0 then
    return;
  end if;
  perform set_config('rolecall_dress.depth', (depth - 1)::text, true);
  if depth > 1 then
    return;
  end if;
  for made in
    select e.extname as name, coalesce(v.trusted or not v.superuser, false) as is_trusted
      from pg_extension as e
      left join pg_available_extension_versions as v on v.name = e.extname and v.version = e.extversion
     where e.extname <> all (current_setting('rolecall_dress.before')::text[])
  loop
    if not made.is_trusted and not exists (select from rolecall_dress.allowed where extension = made.name) then
      raise exception using
        errcode = 'insufficient_privilege',
        message = format('permission denied to create extension "%s"', made.name),
        hint = 'Must be superuser to create this extension.';
    end if;
    perform rolecall_dress.give_to_superuser(made.name, (select rolname from pg_roles where oid = 10));
  end loop;
  perform rolecall_dress.make_superuser(role, false);
end
$$;

create event trigger rolecall_dress_begins on ddl_command_start
  when tag in ('CREATE EXTENSION', 'ALTER EXTENSION')
  execute function rolecall_dress.begin_extension();
create event trigger rolecall_dress_ends on ddl_command_end
  when tag in ('CREATE EXTENSION', 'ALTER EXTENSION')
  execute function rolecall_dress.end_extension();
