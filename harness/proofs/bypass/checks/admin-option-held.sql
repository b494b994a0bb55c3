--! title: A contracted role may make others, or itself, members of a role.
--! severity: high
--! why: Who holds the admin option of a role can grant it to any login, and since PostgreSQL 16 to itself with SET and INHERIT.
--! remedy: Revoke the admin option; only migrators and administrators hand out roles.
--! source: Role Membership; GRANT, WITH ADMIN OPTION
select
  granted.rolname::text as object,
  h.name as identity,
  '' as access,
  pg_catalog.format('%s has the admin option of %I', h.name, granted.rolname) as message,
  -- From PostgreSQL 16 on, each grantor has a grant of its own.
  pg_catalog.string_agg(distinct pg_catalog.format(
    'REVOKE ADMIN OPTION FOR %I FROM %s%s CASCADE;', granted.rolname, h.quoted,
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then pg_catalog.format(' GRANTED BY %I', grantor.rolname) else '' end
  ), ' ') as remedy
from pg_catalog.pg_auth_members as m
join holder as h on h.role = m.member
join pg_catalog.pg_roles as granted on granted.oid = m.roleid
join pg_catalog.pg_roles as grantor on grantor.oid = m.grantor
where m.admin_option
group by granted.rolname, h.name, h.quoted
order by 1, 2, 3
