--! title: A runtime identity is, or can become, a role that no policy holds.
--! severity: high
--! why: BYPASSRLS and SUPERUSER are not inherited, but SET ROLE reaches them through every membership, declared or not.
--! remedy: Take the membership away; keep BYPASSRLS to definers that nobody is a member of.
--! source: CREATE ROLE, BYPASSRLS; Role Membership
select
  r.rolname::text as object,
  i.name as identity,
  '' as access,
  case r.oid when i.role then pg_catalog.format('%s has BYPASSRLS', i.name)
  else pg_catalog.format('%s is a member of %I, which no policy holds', i.name, r.rolname) end as message,
  case r.oid when i.role then pg_catalog.format('ALTER ROLE %I NOBYPASSRLS;', i.name)
  else pg_catalog.format('REVOKE %s FROM %I;', way.role, i.name) end as remedy
from identity as i
join pg_catalog.pg_roles as r on (r.rolbypassrls or r.rolsuper) and pg_catalog.pg_has_role(i.role, r.oid, 'MEMBER')
cross join contract
cross join lateral (
  select pg_catalog.string_agg(distinct a.roleid::regrole::text, ', ')
  from pg_catalog.pg_auth_members as a
  where a.member = i.role and pg_catalog.pg_has_role(a.roleid, r.oid, 'MEMBER')
) as way (role)
where i.kind in ('login', 'group')
  -- A role that is meant to see every row may bypass policies.
  and not (said -> 'see_all' ? r.rolname::text)
  and not exists (
    select from identity as nearer
    where nearer.kind in ('login', 'group') and nearer.role <> i.role
      and pg_catalog.pg_has_role(i.role, nearer.role, 'MEMBER') and pg_catalog.pg_has_role(nearer.role, r.oid, 'MEMBER')
  )
order by 1, 2, 3
