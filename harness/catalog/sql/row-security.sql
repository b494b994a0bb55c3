-- Whether row-level security is on, and whether it binds the owner too.
select
  'table' as kind,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  '' as role,
  'row-security' as property,
  pg_catalog.jsonb_build_object('enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity) as detail
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
  c.relkind in ('r', 'p')
  and c.oid >= 16384
  and n.nspname !~ '^(pg_toast|pg_temp_|rolecall_tap$)';
