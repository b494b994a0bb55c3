-- Foreign keys of the tables $1: their columns, the table that they refer to as the contract names tables, and its columns.
select
  named.name as "table",
  k.conname as name,
  (
    select pg_catalog.array_agg(a.attname::text order by place.n)
    from pg_catalog.unnest(k.conkey) with ordinality as place (attnum, n)
    join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = place.attnum
  ) as columns,
  pg_catalog.format('%I.%I', n.nspname, r.relname) as parent,
  (
    select pg_catalog.array_agg(a.attname::text order by place.n)
    from pg_catalog.unnest(k.confkey) with ordinality as place (attnum, n)
    join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = place.attnum
  ) as parent_columns
from pg_catalog.unnest($1::text[]) as named (name)
join pg_catalog.pg_constraint as k on k.conrelid = pg_catalog.to_regclass(named.name) and k.contype = 'f'
join pg_catalog.pg_class as r on r.oid = k.confrelid
join pg_catalog.pg_namespace as n on n.oid = r.relnamespace
order by 1, 2
