-- Owner and grants of tablespaces. The server's own tablespaces appear only if their owner or grants were changed.
select
  'tablespace' as kind,
  pg_catalog.quote_ident(t.spcname) as object,
  pg_catalog.pg_get_userbyid(t.spcowner)::text as role,
  'owner' as property,
  case when t.oid < 16384 then '{"builtin": true}' else '{}' end::jsonb as detail,
  coalesce(t.spcacl, pg_catalog.acldefault('t', t.spcowner))::text as acl
from pg_catalog.pg_tablespace as t
cross join lateral (select pg_catalog.acldefault('t', t.spcowner)::text[]) as made (acl)
where t.oid >= 16384 or t.spcowner <> 10 or not (t.spcacl::text[] @> made.acl and t.spcacl::text[] <@ made.acl);
