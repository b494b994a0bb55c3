-- Grants on single columns. A column has no default grants, so a NULL ACL means none.
select
  'column' as kind,
  pg_catalog.format('%I.%I.%I', n.nspname, c.relname, col.attname) as object,
  case a.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(a.grantee)::text end as role,
  a.privilege_type as property,
  pg_catalog.jsonb_build_object('grantor', pg_catalog.pg_get_userbyid(a.grantor), 'grantable', a.is_grantable) as detail
from pg_catalog.pg_attribute as col
join pg_catalog.pg_class as c on c.oid = col.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral pg_catalog.aclexplode(col.attacl) as a
where
  col.attacl is not null
  and not col.attisdropped
  and c.oid >= 16384
  and n.nspname !~ '^(pg_toast|pg_temp_|rolecall_tap$)';
