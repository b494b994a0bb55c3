-- Owner and grants of functions, procedures and aggregates. The constructors of a range type follow the type.
select
  'function' as kind,
  case n.name when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text as object,
  pg_catalog.pg_get_userbyid(p.proowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'routine', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' end
  )) as detail,
  coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))::text as acl
from pg_catalog.pg_proc as p
join covered_schema as n on n.oid = p.pronamespace
left join extension_member as e on e.class = 'pg_catalog.pg_proc'::regclass and e.oid = p.oid
where p.oid >= 16384
  and not exists (
    select from pg_catalog.pg_depend as made
    where made.classid = 'pg_catalog.pg_proc'::regclass and made.objid = p.oid and made.deptype = 'i'
  );
