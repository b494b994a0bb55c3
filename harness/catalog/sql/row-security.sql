-- Whether row-level security of a table is on, and whether it also binds the owner.
select
  'table' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  'row-security' as property,
  pg_catalog.jsonb_build_object('enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity) as detail,
  null as acl
from pg_catalog.pg_class as c
join covered_schema as n on n.oid = c.relnamespace
where
  c.relkind in ('r', 'p')
  and c.oid >= 16384;
