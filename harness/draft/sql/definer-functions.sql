-- SECURITY DEFINER functions with their bodies, by their names in facts.
select
  p.oid::regprocedure::text as name,
  coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as body
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_language as l on l.oid = p.prolang
where
  p.prosecdef
  and l.lanname in ('sql', 'plpgsql')
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'rolecall_tap')
order by 1;
