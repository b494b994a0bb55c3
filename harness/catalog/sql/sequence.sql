-- Owner and grants of sequences.
with object as (
  select
    'sequence' as kind,
    pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
    c.relowner as owner,
    coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner)) as acl,
    pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extname)) as detail
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join (
    pg_catalog.pg_depend as d
    join pg_catalog.pg_extension as e on e.oid = d.refobjid and d.deptype = 'e'
  ) on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
  where c.relkind = 'S'
    and c.oid >= 16384
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
