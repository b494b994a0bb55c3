--! title: A runtime identity may use a foreign table.
--! severity: medium
--! why: A foreign table cannot have row-level security, and the other side sees the mapped user and not the tenant.
--! remedy: Revoke the foreign table and serve what is needed by a function that filters by tenant.
--! source: CREATE FOREIGN TABLE; ALTER TABLE, ENABLE ROW LEVEL SECURITY
select distinct
  r.name as object,
  g.name as identity,
  '' as access,
  pg_catalog.format('%s reaches the foreign table %s, which no policy can guard', g.name, r.name) as message,
  pg_catalog.format('REVOKE ALL ON %s FROM %s;', r.name, g.quoted) as remedy
from relation as r
join granted as g on g.relation = r.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where r.kind = 'f'
order by 1, 2, 3
