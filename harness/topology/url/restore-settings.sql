-- Written to the catalog itself: SET … TO cannot give every list and every reserved setting back as it was.
with wanted as (
  select coalesce(d.oid, 0) as database, coalesce(r.oid, 0) as role, $3::text[] as settings
  from (select) as one
  left join pg_catalog.pg_database as d on d.datname = $1
  left join pg_catalog.pg_roles as r on r.rolname = $2
  where ($1::text is null or d.oid is not null) and ($2::text is null or r.oid is not null)
),
removed as (
  delete from pg_catalog.pg_db_role_setting as s
  using wanted as w
  where w.database = s.setdatabase and w.role = s.setrole and w.settings is null
),
changed as (
  update pg_catalog.pg_db_role_setting as s
  set setconfig = w.settings
  from wanted as w
  where w.database = s.setdatabase and w.role = s.setrole and w.settings is not null
)
insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
select w.database, w.role, w.settings
from wanted as w
where w.settings is not null
  and not exists (select from pg_catalog.pg_db_role_setting as s where w.database = s.setdatabase and w.role = s.setrole)
