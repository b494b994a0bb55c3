-- Foreign keys that act on child rows. Deleting or changing a parent row changes them, whatever the grants and policies
-- of the child table say. The columns name the fact, not the constraint, so a renamed constraint is the same fact.
select distinct
  'foreign-key' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  pg_catalog.format('(%s) references %I.%I (%s)', own.columns, pn.nspname, pc.relname, parent.columns) as property,
  pg_catalog.jsonb_build_object(
    'on_delete', case k.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' else 'none' end,
    'on_update', case k.confupdtype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' else 'none' end
  ) as detail,
  null as acl
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join covered_schema as n on n.oid = c.relnamespace
join pg_catalog.pg_class as pc on pc.oid = k.confrelid
join pg_catalog.pg_namespace as pn on pn.oid = pc.relnamespace
cross join lateral (
  select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by key.position)
  from pg_catalog.unnest(k.conkey) with ordinality as key (number, position)
  join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = key.number
) as own (columns)
cross join lateral (
  select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by key.position)
  from pg_catalog.unnest(k.confkey) with ordinality as key (number, position)
  join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = key.number
) as parent (columns)
where
  k.contype = 'f'
  and k.conparentid = 0
  and (k.confdeltype in ('c', 'n', 'd') or k.confupdtype in ('c', 'n', 'd'));
