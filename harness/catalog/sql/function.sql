-- Owner and grants of functions, procedures and aggregates. The constructors of a range type follow the type.
with object as (
  select
    'function' as kind,
    case n.nspname when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text as object,
    p.proowner as owner,
    coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) as acl,
    pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extname)) as detail
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  left join (
    pg_catalog.pg_depend as d
    join pg_catalog.pg_extension as e on e.oid = d.refobjid and d.deptype = 'e'
  ) on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
  where p.oid >= 16384
    and not exists (
      select from pg_catalog.pg_depend as made
      where made.classid = 'pg_catalog.pg_proc'::regclass and made.objid = p.oid and made.deptype = 'i'
    )
    and n.nspname !~ '^(pg_toast|pg_temp_|rolecall_tap$)'
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
