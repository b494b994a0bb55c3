-- Functions and procedures of the schemas in $1, as facts name them.
select
  p.oid::regprocedure::text as object,
  p.prokind as kind,
  l.lanname as language,
  pg_catalog.to_jsonb(p) ->> 'prosqlbody' is not null as parsed,
  p.proretset as "returnsSet",
  case when pg_catalog.to_jsonb(p) ->> 'prosqlbody' is null then p.prosrc else '' end as body,
  case when p.prokind in ('a', 'w') then '' else pg_catalog.pg_get_functiondef(p.oid) end as definition
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_language as l on l.oid = p.prolang
where p.oid >= 16384 and p.oid::regprocedure::text = any ($1)
order by 1;
