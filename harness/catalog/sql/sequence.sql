-- Owner and grants of sequences, and the column that a sequence belongs to. Such a sequence has the table's owner.
select
  'sequence' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  pg_catalog.pg_get_userbyid(c.relowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'owned_by', (
      select pg_catalog.format('%s.%I.%I', tn.name, t.relname, a.attname)
      from pg_catalog.pg_depend as d
      join pg_catalog.pg_class as t on t.oid = d.refobjid
      join covered_schema as tn on tn.oid = t.relnamespace
      join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
    )
  )) as detail,
  coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner))::text as acl
from pg_catalog.pg_class as c
join covered_schema as n on n.oid = c.relnamespace
left join extension_member as e on e.class = 'pg_catalog.pg_class'::regclass and e.oid = c.oid
where c.relkind = 'S' and c.oid >= 16384;
