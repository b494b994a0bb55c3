-- Columns of the tables $1, named as needed, with what an INSERT must respect. One that is absent is not in the answer.
select
  named.name as "table",
  a.attname as name,
  -- Bits 2, 3 and 4: what the relation, a view among them, can be changed by.
  relation.updatable,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
  t.typcategory as category,
  -- Of a domain, what it is a domain over.
  (
    with recursive base (oid, next) as (
      select t.oid, t.typbasetype
      union all
      select b.oid, b.typbasetype from base join pg_catalog.pg_type as b on b.oid = base.next
    )
    select pg_catalog.format_type(base.oid, null) from base where base.next = 0
  ) as base_type,
  r.relkind = 'p' as partitioned,
  r.relkind = 'v' as is_view,
  relation.referring,
  a.atthasdef or a.attidentity <> '' or a.attgenerated <> '' as filled_by_server,
  -- What an UPDATE can set to DEFAULT only.
  a.attgenerated <> '' or a.attidentity = 'a' as generated,
  a.attidentity <> '' or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) like '%nextval(%', false) as from_sequence,
  coalesce(u.keys, '{}') as unique_keys,
  coalesce(u.arbiters, '{}') as arbiters,
  exists (
    select from pg_catalog.pg_constraint as c
    where c.conrelid = a.attrelid and c.contype = 'f' and a.attnum = any (c.conkey)
  ) as refers
from pg_catalog.unnest($1::text[]) with ordinality as named (name, place)
join pg_catalog.pg_class as r on r.oid = pg_catalog.to_regclass(named.name)
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
cross join lateral (
  select
    pg_catalog.pg_relation_is_updatable(r.oid, true) as updatable,
    -- Conditions that hold for a row `o` to which other rows refer: it cannot go before they do.
    (
      select pg_catalog.array_agg(
        pg_catalog.format(
          'exists (select from %s as c where %s)',
          k.conrelid::regclass,
          (
            select pg_catalog.string_agg(pg_catalog.format('c.%I = o.%I', own.attname, held.attname), ' and ' order by pair.place)
            from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality as pair (own, held, place)
            join pg_catalog.pg_attribute as own on own.attrelid = k.conrelid and own.attnum = pair.own
            join pg_catalog.pg_attribute as held on held.attrelid = k.confrelid and held.attnum = pair.held
          )
        )
        order by k.conrelid::regclass::text, k.conname
      )
      from pg_catalog.pg_constraint as k
      where k.confrelid = r.oid and k.contype = 'f' and k.confdeltype in ('a', 'r') and k.conparentid = 0
    ) as referring
) as relation
left join lateral (
  -- Numbered by the key's columns, not by oid: the same in every database. What INCLUDE adds is no part of the key.
  select
    pg_catalog.array_agg(k.columns::text order by k.columns::text) as keys,
    -- What ON CONFLICT can name by its columns alone.
    pg_catalog.array_agg(k.columns::text order by k.columns::text)
      filter (where i.indpred is null and i.indexprs is null and i.indimmediate and i.indisvalid and not i.indisexclusion) as arbiters
  from pg_catalog.pg_index as i
  cross join lateral (select (i.indkey::int2[])[0:i.indnkeyatts - 1]) as k (columns)
  where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (k.columns)
) as u on true
order by named.place, a.attnum
