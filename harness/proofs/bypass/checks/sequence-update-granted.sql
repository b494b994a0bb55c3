--! title: A runtime identity may set a sequence.
--! severity: low
--! why: setval can make the next numbers collide with rows that exist, of whichever tenant; drawing a number takes only USAGE.
--! remedy: Grant USAGE alone.
--! source: Sequence Manipulation Functions; Privileges
select distinct
  n.name || '.' || pg_catalog.quote_ident(s.relname) as object,
  h.name as identity,
  '' as access,
  pg_catalog.format('%s may set the sequence %s.%I to any number', h.name, n.name, s.relname) as message,
  pg_catalog.format('REVOKE UPDATE ON SEQUENCE %s.%I FROM %s;', n.name, s.relname, h.quoted) as remedy
from pg_catalog.pg_class as s
join user_schema as n on n.oid = s.relnamespace and n.is_open
cross join lateral pg_catalog.aclexplode(s.relacl) as a
join reach as h on h.role = a.grantee
where s.relkind = 'S' and a.privilege_type = 'UPDATE' and a.grantee <> s.relowner
  and not exists (select from extension_member as e where e.class = 'pg_catalog.pg_class'::regclass and e.oid = s.oid)
order by 1, 2, 3
