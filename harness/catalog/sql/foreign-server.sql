-- Owner and grants of foreign servers; their options may hold secrets and stay out.
select
  'foreign-server' as kind,
  pg_catalog.quote_ident(s.srvname) as object,
  pg_catalog.pg_get_userbyid(s.srvowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extension)) as detail,
  coalesce(s.srvacl, pg_catalog.acldefault('S', s.srvowner))::text as acl
from pg_catalog.pg_foreign_server as s
left join extension_member as e on e.class = 'pg_catalog.pg_foreign_server'::regclass and e.oid = s.oid;
