-- Columns of the tables $1, named as needed, with what an INSERT must respect. One that is absent is not in the answer.
select
  named.name as "table",
  a.attname as name,
  -- Bits 2, 3 and 4: what the relation, a view among them, can be changed by.
  relation.updatable,
  -- MERGE is there from PostgreSQL 15 on, and asks the policies in its own way; what it does to a view, the table below shows.
  pg_catalog.current_setting('server_version_num')::int >= 150000 and r.relkind in ('r', 'p') as merges,
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
  a.atthasdef or kept.atthasdef or kept.attidentity <> '' or kept.attgenerated <> '' as filled_by_server,
  -- The same value for every row: no sequence, and no function.
  coalesce(d.adbin::text like '{CONST %', false) as constant_default,
  -- What an UPDATE can set to DEFAULT only.
  kept.attgenerated <> '' or kept.attidentity = 'a' as generated,
  kept.attidentity <> '' or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) like '%nextval(%', false) as from_sequence,
  coalesce(u.keys, '{}') as unique_keys,
  coalesce(u.arbiters, '{}') as arbiters,
  -- A child of a table that is not partitioned may repeat its key.
  (r.relkind = 'p' or not r.relhassubclass) and exists (
    select from pg_catalog.pg_index as i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
  ) as in_primary_key,
  exists (
    select from pg_catalog.pg_constraint as c
    where c.conrelid = kept.attrelid and c.contype = 'f' and kept.attnum = any (c.conkey)
  ) as refers
from pg_catalog.unnest($1::text[]) with ordinality as named (name, place)
join pg_catalog.pg_class as r on r.oid = pg_catalog.to_regclass(named.name)
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type as t on t.oid = a.atttypid
-- What keeps the rows: of a view that hands a write on, the one table below it; keys and generated columns are that one’s.
cross join lateral (
  select coalesce(
    case when r.relkind = 'v' and pg_catalog.pg_relation_is_updatable(r.oid, false) <> 0 then (
      with recursive below (oid, kind) as (
        select r.oid, r.relkind
        union
        select c.oid, c.relkind
        from below as v
        join pg_catalog.pg_rewrite as w on w.ev_class = v.oid and w.ev_type = '1'
        join pg_catalog.pg_depend as e
          on e.classid = 'pg_catalog.pg_rewrite'::regclass and e.objid = w.oid and e.deptype = 'n'
          and e.refclassid = 'pg_catalog.pg_class'::regclass and e.refobjid <> v.oid
        join pg_catalog.pg_class as c on c.oid = e.refobjid and c.relkind in ('r', 'p', 'v')
        where v.kind = 'v'
      )
      select pg_catalog.min(below.oid::text)::oid from below where below.kind <> 'v' having pg_catalog.count(*) = 1
    ) end,
    r.oid
  ) as oid
) as keeper
join lateral (
  -- By its name: another one's would be told by the server's parse alone. A column that is not another's is the view's own.
  select k.*
  from pg_catalog.pg_attribute as k
  where k.attrelid = keeper.oid and k.attname = a.attname and k.attnum > 0 and not k.attisdropped
  union all
  select a.*
  where not exists (
    select from pg_catalog.pg_attribute as k
    where k.attrelid = keeper.oid and k.attname = a.attname and k.attnum > 0 and not k.attisdropped
  )
) as kept on true
left join pg_catalog.pg_attrdef as d on d.adrelid = kept.attrelid and d.adnum = kept.attnum
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
  -- Numbered by the key's columns, not by oid: the same in every database. What INCLUDE adds is not a part of the key.
  select
    pg_catalog.array_agg(k.columns::text order by k.columns::text) as keys,
    -- What ON CONFLICT can name by its columns alone.
    pg_catalog.array_agg(k.columns::text order by k.columns::text)
      filter (
        where i.indpred is null and i.indexprs is null and i.indimmediate and i.indisvalid and not i.indisexclusion
          and (i.indrelid = r.oid or is_shown.whole)
      ) as arbiters
  from pg_catalog.pg_index as i
  cross join lateral (select (i.indkey::int2[])[0:i.indnkeyatts - 1]) as k (columns)
  -- A view may leave a part of a key out.
  cross join lateral (
    select pg_catalog.bool_and(exists (
      select from pg_catalog.pg_attribute as s where s.attrelid = r.oid and s.attname = part.attname and s.attnum > 0 and not s.attisdropped
    ))
    from pg_catalog.pg_attribute as part where part.attrelid = i.indrelid and part.attnum = any (k.columns)
  ) as is_shown (whole)
  where i.indrelid = kept.attrelid and i.indisunique and kept.attnum = any (k.columns)
) as u on true
order by named.place, a.attnum
