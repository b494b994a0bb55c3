-- Owner and grants of tablespaces that were added, or were given an ACL.
with object as (
  select
    'tablespace' as kind,
    pg_catalog.quote_ident(t.spcname) as object,
    t.spcowner as owner,
    coalesce(t.spcacl, pg_catalog.acldefault('t', t.spcowner)) as acl,
    '{}'::jsonb as detail
  from pg_catalog.pg_tablespace as t
  where t.oid >= 16384 or t.spcacl is not null
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
