-- Texts that may read custom settings and look into documents, each with its language, and roles that each login of $1 may take
-- by SET ROLE; `other` is one of $2 that it may not. Superusers are left out: whoever may become one is a finding of its own.
with text (language, source) as (
  select 'sql', expression.source
  from pg_catalog.pg_policy as p
  cross join lateral (
    values (pg_catalog.pg_get_expr(p.polqual, p.polrelid)), (pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  ) as expression (source)
  union
  select l.lanname, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  join pg_catalog.pg_language as l on l.oid = p.prolang
  where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap') and l.lanname not in ('c', 'internal')
)

select 'text' as kind, language as login, source as name
from text
where pg_catalog.strpos(pg_catalog.lower(source), 'current_setting') > 0 or pg_catalog.strpos(source, '->') > 0
union all
select case when may.set then 'role' else 'other' end, l.rolname, r.rolname
from pg_catalog.pg_roles as l
join pg_catalog.pg_roles as r on r.oid <> l.oid and not r.rolsuper and r.rolname !~ '^pg_'
cross join lateral (
  select pg_catalog.pg_has_role(
    l.oid, r.oid,
    case when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end
  )
) as may (set)
where l.rolname = any ($1) and (may.set or r.rolname = any ($2))
order by 1, 2, 3
