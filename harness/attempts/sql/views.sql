-- The views and materialized views among the relations $1, and every relation that they are made of, at whatever depth.
with recursive below (oid) as (
  select c.oid
  from pg_catalog.unnest($1::text[]) as named (name)
  join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(named.name) and c.relkind in ('v', 'm')
  union
  select d.refobjid
  from below as v
  join pg_catalog.pg_rewrite as w on w.ev_class = v.oid and w.ev_type = '1'
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
)

select
  c.oid::text as oid,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
  -- Null of a table, whose rows are its own.
  case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end as definition,
  c.relkind = 'v' and coalesce((
    select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'security_invoker'
  ), false) as invoker,
  c.relkind = 'm' as stored,
  (
    select pg_catalog.json_object_agg(a.attnum, a.attname)
    from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns,
  coalesce((
    select pg_catalog.array_agg(distinct d.refobjid::text)
    from pg_catalog.pg_rewrite as w
    join pg_catalog.pg_depend as d
      on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
      and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> c.oid
    where w.ev_class = c.oid and w.ev_type = '1'
  ), '{}') as reads
from below
join pg_catalog.pg_class as c on c.oid = below.oid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
order by name
