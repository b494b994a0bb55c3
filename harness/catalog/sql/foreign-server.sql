-- Owner and grants of foreign servers, their wrapper, and a digest of their options, which may hold secrets.
select
  'foreign-server' as kind,
  pg_catalog.quote_ident(s.srvname) as object,
  pg_catalog.pg_get_userbyid(s.srvowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'wrapper', pg_catalog.quote_ident(w.fdwname),
    'options', (
      select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.string_agg(pg_catalog.quote_literal(option), ' ' order by option collate "C"), 'UTF8'
      )), 'hex')
      from pg_catalog.unnest(s.srvoptions) as option
    )
  )) as detail,
  coalesce(s.srvacl, pg_catalog.acldefault('S', s.srvowner))::text as acl
from pg_catalog.pg_foreign_server as s
join pg_catalog.pg_foreign_data_wrapper as w on w.oid = s.srvfdw
left join extension_member as e on e.class = 'pg_catalog.pg_foreign_server'::regclass and e.oid = s.oid;
