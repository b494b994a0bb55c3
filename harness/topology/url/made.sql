-- What looks like the work of a run, and is new since its claim: databases with its kind of name, and roles that its project
-- names, that are used in a database that it announced, or that are in a membership with such a role. Only what is announced is
-- certainly its own.
with recursive new_databases as (
  select d.oid, d.datname::text as name, exists (select from public.announced as a where a.name = d.datname) as is_announced
  from pg_catalog.pg_database as d
  where pg_catalog.starts_with(d.datname::text, 'rolecall_') and d.datname <> pg_catalog.current_database()
    and not exists (select from public.before as b where b.kind = 'database' and (b.oid = d.oid or b.name = d.datname))
),
own_databases as (
  select n.oid from new_databases as n where n.is_announced
),
new_roles as (
  select r.oid, r.rolname from pg_catalog.pg_roles as r
  where not exists (select from public.before as b where b.kind = 'role' and (b.oid = r.oid or b.name = r.rolname))
),
made as (
  select n.oid from new_roles as n
  where exists (select from public.named as t where t.name = n.rolname)
    or exists (
      select from pg_catalog.pg_shdepend as s
      where s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and s.refobjid = n.oid
        and (
          s.dbid in (select o.oid from own_databases as o)
          or s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass and s.objid in (select o.oid from own_databases as o)
        )
    )
  union
  select n.oid
  from made as k
  join pg_catalog.pg_auth_members as m on k.oid in (m.roleid, m.member)
  join new_roles as n on n.oid in (m.roleid, m.member)
)
select 'database' as kind, d.oid, d.name, d.is_announced from new_databases as d
union all
select 'role', n.oid, n.rolname::text, true from made as k join new_roles as n on n.oid = k.oid
