-- Options of the current database that differ from the default. A role that may create databases can copy a database
-- that is a template.
select 'database' as kind, 'database' as object, '' as role, said.property, said.detail, null as acl
from pg_catalog.pg_database as d
cross join lateral (
  values
    (d.datistemplate, 'template', '{}'::jsonb),
    (not d.datallowconn, 'no-connections', '{}'),
    (d.datconnlimit <> -1, 'connection-limit', pg_catalog.jsonb_build_object('limit', d.datconnlimit::text))
) as said (holds, property, detail)
where said.holds and d.datname = pg_catalog.current_database();
