-- Owner and grants of foreign data wrappers.
select
  'foreign-data-wrapper' as kind,
  pg_catalog.quote_ident(w.fdwname) as object,
  pg_catalog.pg_get_userbyid(w.fdwowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extension)) as detail,
  coalesce(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner))::text as acl
from pg_catalog.pg_foreign_data_wrapper as w
left join extension_member as e on e.class = 'pg_catalog.pg_foreign_data_wrapper'::regclass and e.oid = w.oid;
