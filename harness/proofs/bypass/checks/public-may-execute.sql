--! title: Everybody may execute a function.
--! severity: low
--! why: PUBLIC gets EXECUTE on every new function unless it is revoked; what nobody chose to open is open.
--! remedy: Revoke EXECUTE from PUBLIC and grant it to the roles that need it; change the default privileges for functions of every role that runs migrations.
--! source: Privileges; ALTER DEFAULT PRIVILEGES
select
  p.name as object,
  'PUBLIC' as identity,
  '' as access,
  pg_catalog.format('PUBLIC may execute %s', p.name) as message,
  pg_catalog.format('REVOKE EXECUTE ON %s %s FROM PUBLIC;', p.word, p.name) as remedy
from routine as p
join executable as x on x.routine = p.oid and x.role = 0
join pg_catalog.pg_proc as f on f.oid = p.oid
join user_schema as n on n.oid = f.pronamespace and n.is_open
where not p.definer and not p.is_trigger
order by 1, 2, 3
