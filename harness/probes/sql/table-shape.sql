-- Columns of a table with what an INSERT must respect. $1: the table, quoted as needed.
select
  a.attname as name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
  t.typcategory as category,
  a.atthasdef or a.attidentity <> '' or a.attgenerated <> '' as filled_by_server,
  a.attgenerated <> '' as generated,
  coalesce(u.keys, '{}') as unique_keys,
  exists (
    select from pg_catalog.pg_constraint as c
    where c.conrelid = a.attrelid and c.contype = 'f' and a.attnum = any (c.conkey)
  ) as refers
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join lateral (
  -- Numbered by the key's columns, not by oid: the same in every database.
  select pg_catalog.array_agg(i.indkey::text order by i.indkey::text) as keys
  from pg_catalog.pg_index as i
  where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey)
) as u on true
where a.attrelid = pg_catalog.to_regclass($1) and a.attnum > 0 and not a.attisdropped
order by a.attnum
