-- Owner and grants of schemas.
select
  'schema' as kind,
  s.name as object,
  pg_catalog.pg_get_userbyid(n.nspowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extension)) as detail,
  coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))::text as acl
from pg_catalog.pg_namespace as n
join covered_schema as s on s.oid = n.oid
left join extension_member as e on e.class = 'pg_catalog.pg_namespace'::regclass and e.oid = n.oid
where n.nspname !~ '^(pg_|information_schema$)';
