-- since: 15
-- Grants on server parameters: SET and ALTER SYSTEM.
select
  'parameter' as kind,
  p.parname as object,
  case a.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(a.grantee)::text end as role,
  a.privilege_type as property,
  pg_catalog.jsonb_build_object('grantor', pg_catalog.pg_get_userbyid(a.grantor), 'grantable', a.is_grantable) as detail
from pg_catalog.pg_parameter_acl as p
cross join lateral pg_catalog.aclexplode(p.paracl) as a;
