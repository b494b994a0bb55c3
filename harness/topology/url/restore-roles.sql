-- Run in the database that keeps the state, so that no password's verifier passes through a statement.
-- Written to the catalog itself: ALTER ROLE cannot take an expiry away again, and cannot give a renamed role its password.
update pg_catalog.pg_authid as a
set (rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolpassword, rolvaliduntil)
  = row (s.rolname, s.rolsuper, s.rolinherit, s.rolcreaterole, s.rolcreatedb, s.rolcanlogin, s.rolreplication, s.rolbypassrls, s.rolconnlimit, s.rolpassword, s.rolvaliduntil)
from pg_catalog.jsonb_populate_recordset(null::pg_catalog.pg_authid, (select b.state -> 'roles' from public.before as b)) as s
where (a.oid = s.oid or a.rolname = s.rolname)
  and pg_catalog.to_jsonb(a) - 'oid' is distinct from pg_catalog.to_jsonb(s) - 'oid'
