-- Roles and their attributes: one fact for each attribute that is set, never a password. The server's own roles appear
-- without attributes, because nobody can change those.
select 'role' as kind, r.rolname::text as object, '' as role, said.property, said.detail, null as acl
from pg_catalog.pg_roles as r
cross join lateral (
  values
    (true, 'exists', '{}'::jsonb),
    (r.rolsuper, 'superuser', '{}'),
    (r.rolinherit, 'inherit', '{}'),
    (r.rolcreaterole, 'createrole', '{}'),
    (r.rolcreatedb, 'createdb', '{}'),
    (r.rolcanlogin, 'login', '{}'),
    (r.rolreplication, 'replication', '{}'),
    (r.rolbypassrls, 'bypassrls', '{}'),
    (r.rolconnlimit <> -1, 'connection-limit', pg_catalog.jsonb_build_object('limit', r.rolconnlimit::text)),
    (r.rolvaliduntil < 'infinity', 'valid-until', pg_catalog.jsonb_build_object('until', r.rolvaliduntil::text))
) as said (holds, property, detail)
where said.holds and (said.property = 'exists' or r.rolname !~ '^pg_');
