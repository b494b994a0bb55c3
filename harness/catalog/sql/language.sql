-- Owner and grants of languages, including the server's own `sql` and `plpgsql`. Only superusers may use an untrusted
-- language, whatever its ACL says.
select
  'language' as kind,
  pg_catalog.quote_ident(l.lanname) as object,
  pg_catalog.pg_get_userbyid(l.lanowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', case when l.oid >= 16384 then e.extension end,
    'builtin', case when l.oid < 16384 then true end
  )) as detail,
  case when l.lanpltrusted then coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner)) end::text as acl
from pg_catalog.pg_language as l
left join extension_member as e on e.class = 'pg_catalog.pg_language'::regclass and e.oid = l.oid
where l.oid >= 16384 or l.lanpltrusted or l.lanowner <> 10;
