-- Owner and grants of tablespaces that were added, or were given an ACL.
select
  'tablespace' as kind,
  pg_catalog.quote_ident(t.spcname) as object,
  pg_catalog.pg_get_userbyid(t.spcowner)::text as role,
  'owner' as property,
  '{}'::jsonb as detail,
  coalesce(t.spcacl, pg_catalog.acldefault('t', t.spcowner))::text as acl
from pg_catalog.pg_tablespace as t
where t.oid >= 16384 or t.spcacl is not null;
