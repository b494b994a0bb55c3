-- Unique keys of the tables in $1 with their columns in order: constraints and indexes alike, but no partial index and no index
-- on expressions.
select
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  pg_catalog.quote_ident(named.relname) as name,
  i.indisprimary as "primary",
  (
    select pg_catalog.jsonb_agg(pg_catalog.quote_ident(a.attname) order by key.position)
    from pg_catalog.unnest(i.indkey::int2[]) with ordinality as key (number, position)
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = key.number
    where key.position <= i.indnkeyatts
  ) as columns
from pg_catalog.pg_index as i
join pg_catalog.pg_class as named on named.oid = i.indexrelid
join pg_catalog.pg_class as c on c.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
  i.indisunique
  and i.indisvalid
  and i.indpred is null
  and i.indexprs is null
  and pg_catalog.format('%I.%I', n.nspname, c.relname) = any ($1)
order by 1, 2;
