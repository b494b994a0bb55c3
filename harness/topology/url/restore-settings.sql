-- Written to the catalog itself: SET … TO cannot give every list and every reserved setting back as it was.
with wanted as (
  select coalesce(d.oid, 0) as database, coalesce(r.oid, 0) as role, s.settings
  from pg_catalog.jsonb_to_recordset((select b.state -> 'settings' from public.before as b)) as s (database text, role text, settings text[])
  left join pg_catalog.pg_database as d on d.datname = s.database
  left join pg_catalog.pg_roles as r on r.rolname = s.role
  where (s.database is null or d.oid is not null) and (s.role is null or r.oid is not null)
),
removed as (
  delete from pg_catalog.pg_db_role_setting as s
  where not exists (select from wanted as w where w.database = s.setdatabase and w.role = s.setrole)
),
changed as (
  update pg_catalog.pg_db_role_setting as s
  set setconfig = w.settings
  from wanted as w
  where w.database = s.setdatabase and w.role = s.setrole and s.setconfig is distinct from w.settings
)
insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
select w.database, w.role, w.settings
from wanted as w
where not exists (select from pg_catalog.pg_db_role_setting as s where w.database = s.setdatabase and w.role = s.setrole)
