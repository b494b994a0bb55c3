-- The tables that accept rows, with their columns and keys: what a seed needs to know. Tables of extensions are left out.
select
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  nullif(pg_catalog.concat_ws(
    ' and ',
    pg_catalog.pg_get_partition_constraintdef(c.oid),
    (
      select '(' || pg_catalog.string_agg(coalesce('(' || pg_catalog.pg_get_partition_constraintdef(i.inhrelid) || ')', 'true'), ' or ' order by i.inhrelid) || ')'
      from pg_catalog.pg_inherits as i
      where i.inhparent = c.oid and c.relkind = 'p'
    )
  ), '') as partition_condition,
  (
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'name', a.attname,
      'quoted', pg_catalog.quote_ident(a.attname),
      'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'category', t.typcategory,
      'base', pg_catalog.format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null),
      'labels', (select pg_catalog.jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum as e where e.enumtypid = t.oid),
      'domain_checks', coalesce((
        with recursive up (oid) as (
          select t.oid
          union all
          select d.typbasetype from pg_catalog.pg_type as d join up on up.oid = d.oid where d.typbasetype <> 0
        )
        select pg_catalog.jsonb_agg(pg_catalog.pg_get_constraintdef(k.oid) order by k.conname)
        from pg_catalog.pg_constraint as k join up on up.oid = k.contypid
      ), '[]'),
      'required', a.attnotnull or t.typnotnull,
      'has_default', a.atthasdef,
      'identity', a.attidentity <> '',
      'generated', a.attgenerated <> '',
      'expression', (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef as d where d.adrelid = c.oid and d.adnum = a.attnum)
    ) order by a.attnum)
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as t on t.oid = a.atttypid
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns,
  coalesce((
    select pg_catalog.jsonb_agg(distinct a.attname)
    from pg_catalog.pg_index as i
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = c.oid and i.indisunique
  ), '[]') as unique_columns,
  coalesce((
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'deferrable', case when f.condeferrable then pg_catalog.format('%I.%I', n.nspname, f.conname) end,
      'columns', (select pg_catalog.jsonb_agg(a.attname order by k.place) from pg_catalog.unnest(f.conkey) with ordinality as k (num, place)
                  join pg_catalog.pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.num),
      'parent', pg_catalog.format('%I.%I', pn.nspname, p.relname),
      'parent_columns', (select pg_catalog.jsonb_agg(a.attname order by k.place) from pg_catalog.unnest(f.confkey) with ordinality as k (num, place)
                         join pg_catalog.pg_attribute as a on a.attrelid = f.confrelid and a.attnum = k.num)
    ) order by f.conname)
    from pg_catalog.pg_constraint as f
    join pg_catalog.pg_class as p on p.oid = f.confrelid
    join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
  ), '[]') as foreign_keys,
  coalesce((
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', k.conname, 'definition', pg_catalog.pg_get_expr(k.conbin, k.conrelid)) order by k.conname)
    from pg_catalog.pg_constraint as k
    where k.conrelid = c.oid and k.contype = 'c'
  ), '[]') as checks,
  coalesce((
    select pg_catalog.jsonb_agg(pg_catalog.pg_get_indexdef(i.indexrelid) order by i.indexrelid)
    from pg_catalog.pg_index as i
    where i.indrelid = c.oid and (i.indpred is not null or i.indexprs is not null or i.indisexclusion)
  ), '[]') as indexes,
  coalesce((
    select pg_catalog.jsonb_agg(p.prosrc order by t.tgname)
    from pg_catalog.pg_trigger as t
    join pg_catalog.pg_proc as p on p.oid = t.tgfoid
    -- 4 is INSERT.
    where t.tgrelid = c.oid and not t.tgisinternal and t.tgtype & 4 <> 0
  ), '[]') as on_insert
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
  c.relkind in ('r', 'p')
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'rolecall_tap')
  and not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )
order by 1;
