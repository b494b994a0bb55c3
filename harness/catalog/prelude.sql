-- Common table expressions that stand in front of every statement of sql/.
with

-- Left out are the server's own TOAST and temporary schemas, and the tool's own schema.
covered_schema (oid, name) as (
  select n.oid, pg_catalog.quote_ident(n.nspname)
  from pg_catalog.pg_namespace as n
  where n.nspname !~ '^(pg_toast|pg_temp_|rolecall_tap$)'
),

extension_member (class, oid, extension) as (
  select d.classid, d.objid, e.extname
  from pg_catalog.pg_depend as d
  join pg_catalog.pg_extension as e on e.oid = d.refobjid
  where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
)
