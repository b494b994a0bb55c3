--! title: A table has policies and its row-level security is off.
--! severity: high
--! why: A policy does nothing until row-level security is enabled on its table; the table looks guarded and is open.
--! remedy: Enable and force row-level security, or drop the policies.
--! source: CREATE POLICY; ALTER TABLE, ENABLE ROW LEVEL SECURITY
select distinct
  r.name as object,
  g.name as identity,
  '' as access,
  pg_catalog.format('%s has policies, but its row-level security is off and %s reaches it', r.name, g.name) as message,
  pg_catalog.format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;', r.name) as remedy
from relation as r
join granted as g on g.relation = r.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where not r.rls and exists (select from pg_catalog.pg_policy as p where p.polrelid = r.oid)
order by 1, 2, 3
