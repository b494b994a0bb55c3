-- Owner and grants of large objects, whose only name is a number.
with object as (
  select
    'large-object' as kind,
    m.oid::text as object,
    m.lomowner as owner,
    coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner)) as acl,
    '{}'::jsonb as detail
  from pg_catalog.pg_largeobject_metadata as m
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
