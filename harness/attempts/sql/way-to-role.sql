-- Arms of a CASE: how the role `me` comes to act as the role `r`. It may take it, or give it to itself first.
when pg_catalog.pg_has_role(
  me.oid, r.oid, case when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end
) then 'set'
-- Before PostgreSQL 16 CREATEROLE was enough to grant any role but a superuser.
when case when pg_catalog.current_setting('server_version_num')::int >= 160000
  -- Whose ADMIN OPTION is not inherited cannot use it.
  then exists (
    select from pg_catalog.pg_auth_members as m
    where m.roleid = r.oid and m.admin_option and pg_catalog.pg_has_role(me.oid, m.member, 'USAGE')
  )
  else me.rolcreaterole and not r.rolsuper
end then 'grant'
