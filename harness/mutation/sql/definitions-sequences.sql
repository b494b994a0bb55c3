-- Sequences among $1 that belong to a column. Their owner is that of the table.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as object
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
where
  c.relkind = 'S'
  and d.refclassid = 'pg_catalog.pg_class'::regclass
  and d.refobjsubid > 0
  and d.deptype in ('a', 'i')
  and pg_catalog.format('%I.%I', n.nspname, c.relname) = any ($1)
order by 1;
