-- Grants on single columns. A column has no default grants, so a NULL ACL means none.
select
  'column' as kind,
  pg_catalog.format('%s.%I.%I', n.name, c.relname, col.attname) as object,
  '' as role,
  '' as property,
  '{}'::jsonb as detail,
  col.attacl::text as acl
from pg_catalog.pg_attribute as col
join pg_catalog.pg_class as c on c.oid = col.attrelid
join covered_schema as n on n.oid = c.relnamespace
where col.attacl is not null and not col.attisdropped and c.oid >= 16384;
