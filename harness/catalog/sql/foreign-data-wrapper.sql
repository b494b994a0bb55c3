-- Owner and grants of foreign data wrappers, their handler and validator functions, and a digest of their options,
-- which may hold secrets.
select
  'foreign-data-wrapper' as kind,
  pg_catalog.quote_ident(w.fdwname) as object,
  pg_catalog.pg_get_userbyid(w.fdwowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'handler', case when w.fdwhandler <> 0 then w.fdwhandler::regprocedure::text end,
    'validator', case when w.fdwvalidator <> 0 then w.fdwvalidator::regprocedure::text end,
    'options', (
      select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.string_agg(pg_catalog.quote_literal(option), ' ' order by option collate "C"), 'UTF8'
      )), 'hex')
      from pg_catalog.unnest(w.fdwoptions) as option
    )
  )) as detail,
  coalesce(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner))::text as acl
from pg_catalog.pg_foreign_data_wrapper as w
left join extension_member as e on e.class = 'pg_catalog.pg_foreign_data_wrapper'::regclass and e.oid = w.oid;
