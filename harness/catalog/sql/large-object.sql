-- Owner and grants of large objects. Their only name is a number.
select
  'large-object' as kind,
  m.oid::text as object,
  pg_catalog.pg_get_userbyid(m.lomowner)::text as role,
  'owner' as property,
  '{}'::jsonb as detail,
  coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner))::text as acl
from pg_catalog.pg_largeobject_metadata as m;
