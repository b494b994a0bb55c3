--! title: Everybody may execute a SECURITY DEFINER function.
--! severity: high
--! why: PUBLIC gets EXECUTE on every new function unless it is revoked, so any role that can connect runs this one with its owner's rights.
--! remedy: Revoke EXECUTE from PUBLIC in the transaction that creates the function, and grant it to the roles that need it.
--! source: Writing SECURITY DEFINER Functions Safely, in CREATE FUNCTION
select
  d.name as object,
  'PUBLIC' as identity,
  '' as access,
  pg_catalog.format('PUBLIC may execute %s, which runs as %I', d.name, owner.rolname) as message,
  pg_catalog.format('REVOKE EXECUTE ON %s %s FROM PUBLIC;', d.word, d.name) as remedy
from gateway as d
join executable as x on x.routine = d.oid and x.role = 0
join pg_catalog.pg_roles as owner on owner.oid = d.owner
order by 1, 2, 3
