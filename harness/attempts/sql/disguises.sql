-- Custom settings that policies and functions read, keys by which they look into documents, and roles that each login of $1 may
-- take by SET ROLE. Superusers are left out: whoever may become one is a finding of its own.
with text (source) as (
  select pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  from pg_catalog.pg_policy as p
  union all
  select p.prosrc
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
)

select 'setting' as kind, '' as login, setting.name[1] as name
from text
cross join lateral pg_catalog.regexp_matches(text.source, 'current_setting\(\s*''([^'']+\.[^'']+)''', 'gi') as setting (name)
union
select 'key', '', key.name[1]
from text
cross join lateral pg_catalog.regexp_matches(text.source, '->>?\s*''([^'']+)''', 'g') as key (name)
union
select 'role', l.rolname, r.rolname
from pg_catalog.pg_roles as l
join pg_catalog.pg_roles as r on r.oid <> l.oid and not r.rolsuper and r.rolname !~ '^pg_'
where l.rolname = any ($1)
  and pg_catalog.pg_has_role(
    l.oid, r.oid,
    case when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end
  )
order by 1, 2, 3
