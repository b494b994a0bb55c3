-- Owner and grants of procedural languages that were added. Untrusted ones are for superusers only, whatever their ACL says.
with object as (
  select
    'language' as kind,
    pg_catalog.quote_ident(l.lanname) as object,
    l.lanowner as owner,
    case when l.lanpltrusted then coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner)) end as acl,
    pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extname)) as detail
  from pg_catalog.pg_language as l
  left join (
    pg_catalog.pg_depend as d
    join pg_catalog.pg_extension as e on e.oid = d.refobjid and d.deptype = 'e'
  ) on d.classid = 'pg_catalog.pg_language'::regclass and d.objid = l.oid
  where l.oid >= 16384
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
