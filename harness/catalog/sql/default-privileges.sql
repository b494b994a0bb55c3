-- What future objects will be granted. A row for one schema adds to what holds everywhere. A row for everywhere
-- replaces the built-in default; the fact `replaces-default` says so even if nothing is granted.
with promise as (
  select
    pg_catalog.pg_get_userbyid(d.defaclrole) as creator,
    pg_catalog.quote_ident(n.nspname) as schema,
    case d.defaclobjtype
      when 'r' then 'tables'
      when 'S' then 'sequences'
      when 'f' then 'functions'
      when 'T' then 'types'
      when 'n' then 'schemas'
      when 'L' then 'large objects'
      else d.defaclobjtype::text
    end as section,
    d.defaclnamespace = 0 as everywhere,
    d.defaclacl as acl
  from pg_catalog.pg_default_acl as d
  left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
  where n.nspname is distinct from 'rolecall_tap'
),
object as (
  select
    pg_catalog.format('%I %s %s', creator, coalesce('in ' || schema, 'everywhere'), section) as object,
    pg_catalog.jsonb_build_object(
      'promise', pg_catalog.jsonb_build_object('creator', creator, 'schema', schema, 'section', section)
    ) as detail,
    everywhere,
    acl
  from promise
)
select 'default-privileges' as kind, o.object, '' as role, 'replaces-default' as property, o.detail, null as acl
from object as o
where o.everywhere
union all
select 'default-privileges', o.object, '', '', o.detail, o.acl::text
from object as o;
