-- Settings that a session starts with: of a role, of this database, of a role in this database. Settings of other
-- databases are left out. The object says where (`cluster` is every database), the role for whom ('' is everyone).
select
  'setting' as kind,
  case s.setdatabase when 0 then 'cluster' else 'database' end as object,
  coalesce(r.rolname::text, '') as role,
  said.name as property,
  pg_catalog.jsonb_build_object(
    -- The name of a project's own setting does not tell whether its value is a secret: only values of the server's
    -- settings are shown.
    'value', case when known.name is null then 'sha256:' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(said.value, 'UTF8')), 'hex') else said.value end
  ) as detail,
  null as acl
from pg_catalog.pg_db_role_setting as s
left join pg_catalog.pg_roles as r on r.oid = s.setrole
left join pg_catalog.pg_database as d on d.oid = s.setdatabase
cross join lateral pg_catalog.unnest(s.setconfig) as line
cross join lateral (
  values (pg_catalog.split_part(line, '=', 1), pg_catalog.substr(line, pg_catalog.strpos(line, '=') + 1))
) as said (name, value)
left join pg_catalog.pg_settings as known on known.name = said.name and said.name !~ '\.'
where s.setdatabase = 0 or d.datname = pg_catalog.current_database();
