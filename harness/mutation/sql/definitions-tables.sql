-- Tables and views among $1, as facts name them, with their columns.
select
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  case c.relkind when 'r' then 'table' when 'p' then 'partitioned' when 'v' then 'view' when 'm' then 'materialized-view' else 'foreign' end as kind,
  c.relispartition as partition,
  case when p.partrelid is not null then pg_catalog.jsonb_build_object(
    -- A row that fits no other partition goes to a default partition, of which there can be one. With hash, the first partition
    -- can take all rows.
    'room', case
      when p.partstrat in ('l', 'r') and p.partdefid = 0 then 'default'
      when p.partstrat = 'h' and not exists (select from pg_catalog.pg_inherits as i where i.inhparent = c.oid) then 'for values with (modulus 1, remainder 0)'
    end,
    'leaves', (
      select coalesce(pg_catalog.jsonb_agg(pg_catalog.format('%I.%I', ln.nspname, l.relname) order by ln.nspname, l.relname), '[]')
      from pg_catalog.pg_partition_tree(c.oid) as t
      join pg_catalog.pg_class as l on l.oid = t.relid and l.relkind = 'r'
      join pg_catalog.pg_namespace as ln on ln.oid = l.relnamespace
    )
  ) end as partitions,
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
left join pg_catalog.pg_partitioned_table as p on p.partrelid = c.oid
where c.relkind in ('r', 'p', 'f', 'v', 'm') and pg_catalog.format('%I.%I', n.nspname, c.relname) = any ($1)
order by 1;
