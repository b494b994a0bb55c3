-- since: 16
-- The role with whose rights a subscription writes, and whether its connection must use a password.
select
  'subscription' as kind,
  pg_catalog.quote_ident(s.subname) as object,
  '' as role,
  'rights' as property,
  pg_catalog.jsonb_build_object('run_as_owner', s.subrunasowner, 'password_required', s.subpasswordrequired, 'origin', s.suborigin) as detail,
  null as acl
from pg_catalog.pg_subscription as s
where s.subdbid = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database());
