-- Roles that a run made: new since its claim, and named by its project, or used in a database of its own, or joined by a
-- membership to such a role. What else is new may be somebody's.
with recursive own_databases as (
  select d.oid from pg_catalog.pg_database as d
  where pg_catalog.starts_with(d.datname::text, 'rolecall_')
    and not exists (select from public.before as b where b.kind = 'database' and b.name = d.datname)
),
new_roles as (
  select r.oid, r.rolname from pg_catalog.pg_roles as r
  where not exists (select from public.before as b where b.kind = 'role' and b.name = r.rolname)
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
select n.rolname::text as name
from made as k
join new_roles as n on n.oid = k.oid
order by n.rolname::text collate "C"
