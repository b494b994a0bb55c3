-- Functions that read a setting, with their bodies. Policies call them to find the session's tenant.
select
  p.proname::text as name,
  coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as body
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where
  n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and (p.prosrc ~* 'current_setting' or pg_catalog.pg_get_function_sqlbody(p.oid) ~* 'current_setting')
order by 1;
