-- Tables and views among $1, as facts name them, with their columns.
select
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  case c.relkind when 'r' then 'table' when 'p' then 'partitioned' when 'v' then 'view' when 'm' then 'materialized-view' else 'foreign' end as kind,
  c.relispartition as partition,
  (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'name', pg_catalog.quote_ident(a.attname),
      'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'writable', a.attgenerated = '' and a.attidentity <> 'a'
    ) order by a.attnum)
    from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f', 'v', 'm') and pg_catalog.format('%I.%I', n.nspname, c.relname) = any ($1)
order by 1;
