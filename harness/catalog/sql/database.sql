-- Owner and grants of the current database, which is called `database` so that databases of different names compare equal.
with object as (
  select
    'database' as kind,
    'database' as object,
    d.datdba as owner,
    coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba)) as acl,
    '{}'::jsonb as detail
  from pg_catalog.pg_database as d
  where d.datname = pg_catalog.current_database()
)
select o.kind, o.object, said.role, said.property, o.detail || said.detail as detail
from object as o
cross join lateral (
  select pg_catalog.pg_get_userbyid(o.owner)::text, 'owner', '{}'::jsonb
  union all
  select
    case a.grantee when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(a.grantee)::text end,
    a.privilege_type,
    pg_catalog.jsonb_build_object('grantor', pg_catalog.pg_get_userbyid(a.grantor), 'grantable', a.is_grantable)
  from pg_catalog.aclexplode(o.acl) as a
) as said (role, property, detail);
