--! title: A runtime identity can log in to a foreign server.
--! severity: medium
--! why: With USAGE on the server and a user mapping a session can make foreign tables of its own to whatever the mapped user may read, and can read the stored password.
--! remedy: Revoke USAGE on the foreign server from runtime roles.
--! source: CREATE USER MAPPING; GRANT ON FOREIGN SERVER
select distinct
  'foreign server ' || pg_catalog.quote_ident(s.srvname) as object,
  h.name as identity,
  '' as access,
  pg_catalog.format('%s may use the foreign server %I, and there is a user mapping for %s', h.name, s.srvname, users.names) as message,
  pg_catalog.format('REVOKE USAGE ON FOREIGN SERVER %I FROM %s;', s.srvname, h.quoted) as remedy
from pg_catalog.pg_foreign_server as s
cross join lateral pg_catalog.aclexplode(s.srvacl) as a
join reach as h on h.role = a.grantee
cross join lateral (
  select pg_catalog.string_agg(mapped.name, ', ' order by mapped.name collate "C")
  from pg_catalog.pg_user_mappings as u
  join reach as mapped on mapped.role = u.umuser
  where u.srvid = s.oid
) as users (names)
where a.privilege_type = 'USAGE' and a.grantee <> s.srvowner and users.names is not null
order by 1, 2, 3
