-- Owner and grants of the current database. It is called `database`, so that databases of different names compare
-- equal.
select
  'database' as kind,
  'database' as object,
  pg_catalog.pg_get_userbyid(d.datdba)::text as role,
  'owner' as property,
  -- The owner is a member of pg_database_owner. Before PostgreSQL 16 the owner's NOINHERIT applied to that too.
  case
    when pg_catalog.current_setting('server_version_num')::int < 160000 and not r.rolinherit
      then pg_catalog.jsonb_build_object('inherits_pg_database_owner', false)
    else '{}'
  end as detail,
  coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))::text as acl
from pg_catalog.pg_database as d
join pg_catalog.pg_roles as r on r.oid = d.datdba
where d.datname = pg_catalog.current_database();
