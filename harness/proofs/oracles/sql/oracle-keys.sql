-- Keys of the tables $1 by which a statement may tell whether a hidden row exists: their unique keys and foreign keys. $2: for
-- each table the column that alone says who owns a row, or null. No value of that column is tried.
with recursive target as (
  select c.oid, named.name, named.tenant
  from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) as named (name, tenant)
  join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(named.name)
),

-- Nobody can guess a random key, nor what refers to one.
random (relation, number) as (
  select d.adrelid, d.adnum
  from pg_catalog.pg_attrdef as d
  where pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^([[:alnum:]_"]+\.)?(gen_random_uuid|uuid_generate_v[14]|uuidv[47])\('
  union
  select k.conrelid, key.own
  from random as r
  join pg_catalog.pg_constraint as k on k.confrelid = r.relation and k.contype = 'f'
  cross join lateral (
    select pair.own, pair.other from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) as pair (own, other)
  ) as key
  where key.other = r.number
),

found as (
  select 'unique' as kind, t.oid as relation, t.name as "table", t.tenant, i.relname::text as key, t.oid as other,
    columns.numbers as own_columns, columns.numbers as other_columns, (x.indkey::int2[])[0:x.indnkeyatts - 1] as key_columns,
    pg_catalog.pg_get_expr(x.indpred, x.indrelid) as condition, '' as on_delete, '' as on_update
  from target as t
  join pg_catalog.pg_index as x on x.indrelid = t.oid and (x.indisunique or x.indisexclusion)
  join pg_catalog.pg_class as i on i.oid = x.indexrelid
  cross join lateral (
    -- The columns that an expression or a condition reads: a copy of them collides. Never the tenant's column.
    select pg_catalog.array_agg(distinct read.number)
    from (
      select pg_catalog.unnest((x.indkey::int2[])[0:x.indnkeyatts - 1])
      union
      select d.refobjsubid::int2
      from pg_catalog.pg_depend as d
      where (x.indexprs is not null or x.indpred is not null)
        and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = x.indexrelid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
    ) as read (number)
    join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = read.number and a.attnum > 0 and a.attname <> t.tenant
  ) as columns (numbers)
  union all
  select 'foreign-key', t.oid, t.name, t.tenant, k.conname::text, k.confrelid, k.conkey, k.confkey, k.conkey, null, k.confdeltype::text, k.confupdtype::text
  from target as t
  join pg_catalog.pg_constraint as k on k.conrelid = t.oid and k.contype = 'f'
)

select
  f.kind, f."table", f.key,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as other,
  columns.own as own_columns, columns.others as other_columns, columns.types, columns.categories, f.condition,
  (
    select coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}')
    from pg_catalog.pg_attribute as a where a.attrelid = f.relation and a.attnum = any (f.key_columns)
  ) as key_columns,
  columns.random as is_random,
  c.relrowsecurity as guarded,
  f.on_delete in ('c', 'n', 'd') as cascades_delete,
  f.on_update in ('c', 'n', 'd') as cascades_update,
  coalesce(seeing.roles, '{}') as seen_by
from found as f
join pg_catalog.pg_class as c on c.oid = f.other
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (
  select
    pg_catalog.array_agg(own.attname::text order by key.place),
    pg_catalog.array_agg(o.attname::text order by key.place),
    pg_catalog.array_agg(pg_catalog.format_type(o.atttypid, o.atttypmod) order by key.place),
    pg_catalog.array_agg(y.typcategory::text order by key.place),
    coalesce(pg_catalog.bool_or(d.number is not null), false)
  from rows from (pg_catalog.unnest(f.own_columns), pg_catalog.unnest(f.other_columns)) with ordinality as key (own, others, place)
  join pg_catalog.pg_attribute as own on own.attrelid = f.relation and own.attnum = key.own
  join pg_catalog.pg_attribute as o on o.attrelid = f.other and o.attnum = key.others
  join pg_catalog.pg_type as y on y.oid = o.atttypid
  left join random as d on d.relation = f.other and d.number = key.others
) as columns (own, others, types, categories, random)
left join lateral (
  select pg_catalog.array_agg(r.rolname::text) as roles
  from pg_catalog.pg_roles as r
  where r.rolname = any ($3::text[]) and pg_catalog.has_any_column_privilege(r.oid, f.other, 'SELECT')
) as seeing on true
where columns.own is not null
order by f."table", f.kind, f.key
