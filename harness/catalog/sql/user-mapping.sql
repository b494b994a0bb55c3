-- Roles that have a user mapping for a foreign server. The remote user and the password are left out.
select
  'user-mapping' as kind,
  pg_catalog.quote_ident(m.srvname) as object,
  case when m.umuser <> 0 then m.usename::text end as role,
  'user-mapping' as property,
  '{}'::jsonb as detail,
  null as acl
from pg_catalog.pg_user_mappings as m;
