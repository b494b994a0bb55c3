-- Memberships of roles in roles, including those of pg_monitor that come with the server. Before PostgreSQL 16 a
-- membership had no options: the member's INHERIT decided, and SET ROLE was always allowed.
select
  'membership' as kind,
  g.rolname::text as object,
  m.rolname::text as role,
  'member' as property,
  pg_catalog.jsonb_build_object(
    'grantor', coalesce(grantor.rolname::text, ''),
    'admin', am.admin_option,
    'inherit', coalesce((pg_catalog.to_jsonb(am) ->> 'inherit_option')::boolean, m.rolinherit),
    'set', coalesce((pg_catalog.to_jsonb(am) ->> 'set_option')::boolean, true)
  ) as detail,
  null as acl
from pg_catalog.pg_auth_members as am
join pg_catalog.pg_roles as g on g.oid = am.roleid
join pg_catalog.pg_roles as m on m.oid = am.member
left join pg_catalog.pg_roles as grantor on grantor.oid = am.grantor;
