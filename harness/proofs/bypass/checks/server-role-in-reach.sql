--! title: A runtime identity is a member of a predefined role that leaves the database.
--! severity: high
--! why: Who may read or write the server's files, or run programs on it, can read the data files and become superuser; no grant and no policy is asked.
--! remedy: Take the membership away.
--! source: Predefined Roles
select
  h.name as object,
  i.name as identity,
  '' as access,
  pg_catalog.format('%s is a member of %s', i.name, h.name) as message,
  pg_catalog.format('REVOKE %s FROM %I;', way.role, i.name) as remedy
from reach as h
join identity as i on i.kind in ('login', 'group') and pg_catalog.pg_has_role(i.role, h.role, 'MEMBER')
cross join lateral (
  select pg_catalog.string_agg(distinct a.roleid::regrole::text, ', ')
  from pg_catalog.pg_auth_members as a
  where a.member = i.role and pg_catalog.pg_has_role(a.roleid, h.role, 'MEMBER')
) as way (role)
where h.name in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
  and not exists (
    select from identity as nearer
    where nearer.kind in ('login', 'group') and nearer.role <> i.role
      and pg_catalog.pg_has_role(i.role, nearer.role, 'MEMBER') and pg_catalog.pg_has_role(nearer.role, h.role, 'MEMBER')
  )
order by 1, 2, 3
