-- Owner and grants of types. A row type, a multirange type and the like belong to another object: they appear only if
-- their grants were changed. Array types are left out, because they have no grants.
select
  'type' as kind,
  pg_catalog.format('%s.%I', n.name, t.typname) as object,
  pg_catalog.pg_get_userbyid(t.typowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'row_of', case when c.relkind <> 'c' then pg_catalog.format('%s.%I', n.name, c.relname) end,
    'multirange_of', case
      when t.typtype = 'm' then (
        select pg_catalog.format('%s.%I', n.name, base.typname)
        from pg_catalog.pg_range as r
        join pg_catalog.pg_type as base on base.oid = r.rngtypid
        where r.rngmultitypid = t.oid
      )
    end
  )) as detail,
  coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))::text as acl
from pg_catalog.pg_type as t
join covered_schema as n on n.oid = t.typnamespace
left join pg_catalog.pg_class as c on c.oid = t.typrelid
left join extension_member as e on e.class = 'pg_catalog.pg_type'::regclass and e.oid = t.oid
where (
    t.typtype in ('b', 'd', 'e', 'r')
    or c.relkind = 'c'
    or (t.typacl is not null and not (
      t.typacl::text[] @> pg_catalog.acldefault('T', t.typowner)::text[]
      and t.typacl::text[] <@ pg_catalog.acldefault('T', t.typowner)::text[]
    ))
  )
  and not exists (select from pg_catalog.pg_type as element where element.typarray = t.oid)
  and t.oid >= 16384;
