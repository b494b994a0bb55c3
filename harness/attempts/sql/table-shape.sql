-- Columns of a table with what an INSERT must respect. $1: the table, quoted as needed.
select
  a.attname as name,
  -- Bits 2, 3 and 4: what the relation, a view among them, can be changed by.
  pg_catalog.pg_relation_is_updatable(a.attrelid, true) as updatable,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
  t.typcategory as category,
  -- Of a domain, what it is a domain over.
  (
    with recursive base (oid, next) as (
      select t.oid, t.typbasetype
      union all
      select b.oid, b.typbasetype from base join pg_catalog.pg_type as b on b.oid = base.next
    )
    select pg_catalog.format_type(base.oid, null) from base where base.next = 0
  ) as base_type,
  (select c.relkind = 'p' from pg_catalog.pg_class as c where c.oid = a.attrelid) as partitioned,
  a.atthasdef or a.attidentity <> '' or a.attgenerated <> '' as filled_by_server,
  -- What an UPDATE can set to DEFAULT only.
  a.attgenerated <> '' or a.attidentity = 'a' as generated,
  a.attidentity <> '' or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) like '%nextval(%', false) as from_sequence,
  coalesce(u.keys, '{}') as unique_keys,
  coalesce(u.arbiters, '{}') as arbiters,
  exists (
    select from pg_catalog.pg_constraint as c
    where c.conrelid = a.attrelid and c.contype = 'f' and a.attnum = any (c.conkey)
  ) as refers
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join lateral (
  -- Numbered by the key's columns, not by oid: the same in every database. What INCLUDE adds is no part of the key.
  select
    pg_catalog.array_agg(k.columns::text order by k.columns::text) as keys,
    -- What ON CONFLICT can name by its columns alone.
    pg_catalog.array_agg(k.columns::text order by k.columns::text)
      filter (where i.indpred is null and i.indexprs is null and i.indimmediate and i.indisvalid) as arbiters
  from pg_catalog.pg_index as i
  cross join lateral (select (i.indkey::int2[])[0:i.indnkeyatts - 1]) as k (columns)
  where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (k.columns)
) as u on true
where a.attrelid = pg_catalog.to_regclass($1) and a.attnum > 0 and not a.attisdropped
order by a.attnum
