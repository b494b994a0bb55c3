--! title: A runtime identity owns a table with row-level security, or is a member of its owner.
--! severity: high
--! why: The owner of a table can switch its row-level security off, drop its policies and grant it to anybody; so can every member of the owner.
--! remedy: Let a migrator own the table, and keep runtime roles out of it.
--! source: Row Security Policies; Role Membership
select
  r.name as object,
  i.name as identity,
  '' as access,
  case i.role when r.owner then pg_catalog.format('%s owns %s and can switch its row-level security off', i.name, r.name)
  else pg_catalog.format('%s is a member of %I, which owns %s and can switch its row-level security off', i.name, owner.rolname, r.name) end as message,
  case i.role when r.owner then pg_catalog.format('ALTER TABLE %s OWNER TO %s;', r.name, m.quoted)
  else coalesce(way.remedy, pg_catalog.format('ALTER TABLE %s OWNER TO %s;', r.name, m.quoted)) end as remedy
from relation as r
join pg_catalog.pg_roles as owner on owner.oid = r.owner
join identity as i on i.kind in ('login', 'group') and pg_catalog.pg_has_role(i.role, r.owner, 'MEMBER')
cross join migrator as m
cross join lateral (
  select pg_catalog.string_agg(distinct pg_catalog.format('REVOKE %s FROM %I;', a.roleid::regrole, i.name), ' ')
  from pg_catalog.pg_auth_members as a
  where a.member = i.role and pg_catalog.pg_has_role(a.roleid, r.owner, 'MEMBER')
) as way (remedy)
where r.rls
  -- Only the identity closest to the owner. The remedy for it also helps the identities behind it.
  and not exists (
    select from identity as nearer
    where nearer.kind in ('login', 'group') and nearer.role <> i.role
      and pg_catalog.pg_has_role(i.role, nearer.role, 'MEMBER') and pg_catalog.pg_has_role(nearer.role, r.owner, 'MEMBER')
  )
order by 1, 2, 3
