-- Triggers that users made on the tables of $1, with the function each calls and when it fires. tgtype: 1 row, 2 before,
-- 64 instead of.
select
  named.name as "table",
  p.proname as function,
  case when t.tgtype & 66 <> 0 then 'before-trigger' else 'after-trigger' end as stage
from pg_catalog.unnest($1::text[]) as named (name)
join pg_catalog.pg_trigger as t on t.tgrelid = pg_catalog.to_regclass(named.name) and not t.tgisinternal
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
order by 1, 2, 3
