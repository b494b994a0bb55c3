-- The contents of the schema $1 as one digest: names, owners, privileges, and bodies of functions.
select
  pg_catalog.md5(coalesce(pg_catalog.string_agg(held.line, E'\n' order by held.line collate "C"), '')) as contents,
  coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') as note
from pg_catalog.pg_namespace as n
left join lateral (
  select pg_catalog.format('schema %s %s', n.nspowner, n.nspacl) as line
  union all
  select pg_catalog.format('relation %s %s %s %s', c.relname, c.relkind, c.relowner, c.relacl)
  from pg_catalog.pg_class as c where c.relnamespace = n.oid
  union all
  select pg_catalog.format(
    'function %s(%s) %s %s %s %s', p.proname, pg_catalog.oidvectortypes(p.proargtypes), p.proowner, p.prosecdef, p.proacl, pg_catalog.md5(p.prosrc)
  )
  from pg_catalog.pg_proc as p where p.pronamespace = n.oid
  union all
  select pg_catalog.format('type %s %s %s', t.typname, t.typowner, t.typacl)
  from pg_catalog.pg_type as t where t.typnamespace = n.oid
  union all
  select pg_catalog.format('default %s %s', d.defaclrole, d.defaclacl)
  from pg_catalog.pg_default_acl as d where d.defaclnamespace = n.oid
) as held on true
where n.nspname = $1
group by n.oid
