-- LEAKPROOF functions that run as their caller. A query may call them on rows before a policy hides those rows.
select
  'function' as kind,
  case n.name when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text as object,
  '' as role,
  'leakproof' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extension)) as detail,
  null as acl
from pg_catalog.pg_proc as p
join covered_schema as n on n.oid = p.pronamespace
left join extension_member as e on e.class = 'pg_catalog.pg_proc'::regclass and e.oid = p.oid
where p.proleakproof and not p.prosecdef and p.oid >= 16384;
