-- Owner and grants of types that stand alone: not arrays, row types, multiranges or pseudo-types, which follow another object.
select
  'type' as kind,
  pg_catalog.format('%s.%I', n.name, t.typname) as object,
  pg_catalog.pg_get_userbyid(t.typowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extension)) as detail,
  coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))::text as acl
from pg_catalog.pg_type as t
join covered_schema as n on n.oid = t.typnamespace
left join pg_catalog.pg_class as c on c.oid = t.typrelid
left join extension_member as e on e.class = 'pg_catalog.pg_type'::regclass and e.oid = t.oid
where (t.typtype in ('b', 'd', 'e', 'r') or c.relkind = 'c')
  and not exists (select from pg_catalog.pg_type as element where element.typarray = t.oid)
  and t.oid >= 16384;
