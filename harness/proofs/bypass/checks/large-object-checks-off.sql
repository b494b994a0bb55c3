--! title: Privileges of large objects are not checked.
--! severity: high
--! why: With lo_compat_privileges on, every session may read and overwrite every large object.
--! remedy: Switch lo_compat_privileges off.
--! source: lo_compat_privileges, in Version and Platform Compatibility
select
  setting.object,
  setting.identity,
  '' as access,
  'lo_compat_privileges is on: every session may read and write every large object' as message,
  setting.remedy
from (
  select 'server', '', 'ALTER SYSTEM SET lo_compat_privileges = off;'
  from pg_catalog.pg_settings as s
  where s.name = 'lo_compat_privileges' and s.reset_val = 'on'
  union
  select
    coalesce(pg_catalog.quote_ident(r.rolname), 'database'), coalesce(r.rolname::text, ''),
    case when r.oid is null then pg_catalog.format('ALTER DATABASE %I RESET lo_compat_privileges;', d.datname)
    else pg_catalog.format('ALTER ROLE %I%s RESET lo_compat_privileges;', r.rolname, ' IN DATABASE ' || pg_catalog.quote_ident(d.datname)) end
  from pg_catalog.pg_db_role_setting as s
  cross join lateral pg_catalog.unnest(s.setconfig) as line
  left join pg_catalog.pg_roles as r on r.oid = s.setrole
  left join pg_catalog.pg_database as d on d.oid = s.setdatabase
  where line in ('lo_compat_privileges=on', 'lo_compat_privileges=true', 'lo_compat_privileges=1', 'lo_compat_privileges=yes')
    and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
) as setting (object, identity, remedy)
order by 1, 2, 3
