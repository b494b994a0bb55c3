--! title: A runtime identity may set a parameter that is the superuser's.
--! severity: high
--! why: session_replication_role switches triggers and foreign keys off, others load libraries or hide from the log; ALTER SYSTEM changes the server for everybody.
--! remedy: Revoke it; where a value is needed, set it for the role or the function as superuser.
--! since: 15
--! source: GRANT ON PARAMETER
select distinct
  'parameter ' || p.parname as object,
  h.name as identity,
  a.privilege_type as access,
  pg_catalog.format('%s has %s on the parameter %s', h.name, a.privilege_type, p.parname) as message,
  pg_catalog.format('REVOKE %s ON PARAMETER %s FROM %s;', a.privilege_type, p.parname, h.quoted) as remedy
from pg_catalog.pg_parameter_acl as p
cross join lateral pg_catalog.aclexplode(p.paracl) as a
join holder as h on h.role = a.grantee
order by 1, 2, 3
