-- Run in the database that keeps the state, so that no password's verifier passes through a statement.
-- Written to the catalog itself: ALTER ROLE cannot take an expiry away again, and cannot give a renamed role its password.
update pg_catalog.pg_authid as a
set :columns
from public.steps as t
cross join lateral pg_catalog.jsonb_array_elements(t.before -> 'roles') as r
cross join lateral pg_catalog.jsonb_populate_record(null::pg_catalog.pg_authid, r.value) as s
where t.id = $1 and r.value ->> 'oid' = $2 and a.oid = $3::oid
