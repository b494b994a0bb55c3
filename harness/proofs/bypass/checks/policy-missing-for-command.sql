--! title: A command is granted on a table with row-level security and no permissive policy lets it touch or find a row.
--! severity: low
--! why: It fails closed: the command is granted and can never touch a row. Either the grant or the policy is a mistake.
--! remedy: Add a permissive policy for the command, and one for SELECT where its rows have to be found; or take the grant and its declaration away together.
--! source: Row Security Policies, default deny
select
  r.name as object,
  g.name as identity,
  g.privilege as access,
  pg_catalog.format('%s may %s %s, but no permissive policy lets it touch a row', g.name, g.privilege, r.name) as message,
  pg_catalog.format('-- Add a permissive policy: CREATE POLICY … ON %s AS PERMISSIVE FOR %s TO %s with the tenant’s condition. Restrictive ones only narrow what a permissive one lets through. Where the command is not meant, take its grant and its declaration away together.', r.name, g.privilege, g.quoted) as remedy
from relation as r
join granted as g on g.relation = r.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
cross join contract
where r.rls and r.kind in ('r', 'p')
  and not exists (
    select from policy as p where p.relation = r.oid and p.permissive and p.command in ('ALL', g.privilege)
  )
  -- A role that policies do not restrict needs none, and if the contract lets nobody see a row, none is meant.
  and not exists (select from pg_catalog.pg_roles as b where b.oid = g.role and b.rolbypassrls)
  and not coalesce((said -> 'tables' -> r.name ->> 'closed')::boolean, false)
union all
-- A row that WHERE or RETURNING reads must also pass a policy for SELECT.
select
  r.name,
  g.name,
  g.privilege,
  pg_catalog.format('%s may %s %s, but no permissive policy for SELECT lets it find a row: %s … WHERE reaches none', g.name, g.privilege, r.name, g.privilege),
  pg_catalog.format('-- Add a permissive policy: CREATE POLICY … ON %s AS PERMISSIVE FOR SELECT TO %s with the tenant’s condition. A statement with WHERE or RETURNING reads the row, and needs it.', r.name, g.quoted)
from relation as r
join granted as g on g.relation = r.oid and g.privilege in ('UPDATE', 'DELETE')
where r.rls and r.kind in ('r', 'p')
  and not exists (select from pg_catalog.pg_roles as b where b.oid = g.role and b.rolbypassrls)
  and exists (select from granted as s where s.relation = r.oid and s.role = g.role and s.privilege = 'SELECT')
  and exists (
    select from policy as p where p.relation = r.oid and p.permissive and p.command in ('ALL', g.privilege)
  )
  and not exists (
    select from policy as p where p.relation = r.oid and p.permissive and p.command in ('ALL', 'SELECT')
  )
order by 1, 2, 3
