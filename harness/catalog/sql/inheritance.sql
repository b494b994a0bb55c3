-- Partitions and child tables. A statement on the parent checks only the parent's grants and policies.
select
  'inheritance' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  pg_catalog.format('child of %I.%I', pn.nspname, pc.relname) as property,
  pg_catalog.jsonb_build_object('partition', c.relispartition) as detail,
  null as acl
from pg_catalog.pg_inherits as i
join pg_catalog.pg_class as c on c.oid = i.inhrelid
join covered_schema as n on n.oid = c.relnamespace
join pg_catalog.pg_class as pc on pc.oid = i.inhparent
join pg_catalog.pg_namespace as pn on pn.oid = pc.relnamespace
where
  c.relkind in ('r', 'p', 'f');
