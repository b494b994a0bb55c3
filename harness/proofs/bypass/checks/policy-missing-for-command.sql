--! title: A command is granted on a table with row-level security and no policy allows it.
--! severity: low
--! why: It fails closed: the command is granted and can never touch a row. Either the grant or the policy is a mistake.
--! remedy: Revoke the privilege, or add a policy for the command.
--! source: Row Security Policies, default deny
select
  r.name as object,
  g.name as identity,
  g.privilege as access,
  pg_catalog.format('%s may %s %s, but no policy lets it touch a row', g.name, g.privilege, r.name) as message,
  pg_catalog.format('REVOKE %s ON %s FROM %s;', g.privilege, r.name, g.quoted) as remedy
from relation as r
join granted as g on g.relation = r.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where r.rls and r.kind in ('r', 'p')
  and not exists (
    select from policy as p where p.relation = r.oid and p.permissive and p.command in ('ALL', g.privilege)
  )
order by 1, 2, 3
