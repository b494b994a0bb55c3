-- Who may set which parameter. All parameters belong to the bootstrap superuser, whose own privileges appear and disappear with
-- those of others.
select coalesce(pg_catalog.jsonb_agg(p.line order by p.line::text collate "C"), '[]')
from (
  select pg_catalog.jsonb_build_object(
    'name', a.parname,
    'grantee', case x.grantee when 0 then '' else pg_catalog.pg_get_userbyid(x.grantee)::text end,
    'grantor', pg_catalog.pg_get_userbyid(x.grantor),
    'privilege', x.privilege_type, 'grantable', x.is_grantable
  ) as line
  from pg_catalog.pg_parameter_acl as a
  cross join lateral pg_catalog.aclexplode(a.paracl) as x
  where x.grantee <> 10
) as p
