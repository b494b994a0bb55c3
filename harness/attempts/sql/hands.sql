-- Whom the session may use on each of the relations $1 and the functions $2: itself, roles that it may take or give to itself, of
-- which owners and those that pass over row security matter, and the logins $3, whose own sessions are there.
with me as (
  select r.oid, r.rolcreaterole
  from pg_catalog.pg_roles as r
  where r.rolname = current_user
),

named (kind, name, oid, owner, schema, held, forced) as materialized (
  select 'relation', asked.name, c.oid, c.relowner, c.relnamespace, c.relrowsecurity, c.relforcerowsecurity
  from pg_catalog.unnest($1::text[]) as asked (name)
  join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(asked.name)
  union all
  select 'function', asked.name, p.oid, p.proowner, p.pronamespace, false, false
  from pg_catalog.unnest($2::text[]) as asked (name)
  join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(asked.name)
),

usable as materialized (
  select r.oid, r.rolname, r.rolsuper, r.rolbypassrls, way.name as way
  from me
  join pg_catalog.pg_roles as r
    on r.oid = me.oid or r.rolbypassrls or r.rolname = any ($3::text[]) or exists (select from named as n where n.owner = r.oid)
  cross join lateral (
    select case
      when r.oid = me.oid then 'session'
      :ways
    end
    where r.rolname <> all ($3::text[]) or r.oid = me.oid
    union all
    select 'login' where r.rolname = any ($3::text[]) and r.oid <> me.oid
  ) as way (name)
  where way.name is not null
)

select
  n.name as object,
  u.rolname as role,
  u.way,
  u.rolsuper as is_superuser,
  u.rolbypassrls as bypasses,
  n.owner = u.oid as is_owner,
  n.held and not u.rolsuper and not u.rolbypassrls and (n.forced or not pg_catalog.pg_has_role(u.oid, n.owner, 'USAGE')) as is_held,
  array(
    select asked.privilege
    from pg_catalog.unnest(
      case n.kind when 'function' then array['EXECUTE'] else array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] end
    ) as asked (privilege)
    where pg_catalog.has_schema_privilege(u.oid, n.schema, 'USAGE')
      and case n.kind
        when 'function' then pg_catalog.has_function_privilege(u.oid, n.oid, asked.privilege)
        else pg_catalog.has_table_privilege(u.oid, n.oid, asked.privilege)
      end
  ) as privileges,
  array(
    select distinct command.privilege
    from pg_catalog.pg_policy as p
    join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) as command (privilege, letter)
      on p.polcmd::text in (command.letter, '*')
    where p.polrelid = n.oid and n.kind = 'relation' and p.polpermissive
      and exists (
        select from pg_catalog.unnest(p.polroles) as applies (role)
        where applies.role = 0 or pg_catalog.pg_has_role(u.oid, applies.role, 'USAGE')
      )
  ) as permitted
from named as n
cross join usable as u
order by 1, 2
