-- Owner and grants of tables (also partitioned and foreign tables), views and materialized views.
select
  case c.relkind when 'v' then 'view' when 'm' then 'materialized-view' else 'table' end as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  pg_catalog.pg_get_userbyid(c.relowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('extension', e.extension)) as detail,
  coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))::text as acl
from pg_catalog.pg_class as c
join covered_schema as n on n.oid = c.relnamespace
left join extension_member as e on e.class = 'pg_catalog.pg_class'::regclass and e.oid = c.oid
where c.relkind in ('r', 'p', 'f', 'v', 'm') and c.oid >= 16384;
