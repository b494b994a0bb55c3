-- Views and materialized views: whose rights they read with, what they read, and a digest of their definition. A
-- materialized view stores rows, so no row-level security applies to it.
select
  case c.relkind when 'v' then 'view' else 'materialized-view' end as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  case c.relkind when 'v' then 'view' else 'materialized-view' end as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'security_invoker', case c.relkind when 'v' then coalesce((
      select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'security_invoker'
    ), false) end,
    'security_barrier', case c.relkind when 'v' then coalesce((
      select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'security_barrier'
    ), false) end,
    'check_option', (
      select option_value from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'check_option'
    ),
    'reads', (
      select pg_catalog.string_agg(distinct source.name, ', ' order by source.name)
      from pg_catalog.pg_rewrite as rule
      join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = rule.oid
      join pg_catalog.pg_class as read on read.oid = d.refobjid and d.refclassid = 'pg_catalog.pg_class'::regclass
      join pg_catalog.pg_namespace as at on at.oid = read.relnamespace
      cross join lateral (
        values (pg_catalog.format('%I.%I', at.nspname, read.relname) collate "C")
      ) as source (name)
      where rule.ev_class = c.oid and read.oid <> c.oid
    ),
    'definition', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.pg_get_viewdef(c.oid), 'UTF8')), 'hex'),
    'extension', e.extension
  )) as detail,
  null as acl
from pg_catalog.pg_class as c
join covered_schema as n on n.oid = c.relnamespace
left join extension_member as e on e.class = 'pg_catalog.pg_class'::regclass and e.oid = c.oid
where
  c.relkind in ('v', 'm')
  and c.oid >= 16384;
