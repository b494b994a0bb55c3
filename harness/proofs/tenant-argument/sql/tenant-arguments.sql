-- Arguments by which SECURITY DEFINER functions of $1 can be told a tenant: those of a type that the column $3 has in a table
-- of $2, and those of $4 ([{"name": signature, "place": n}]), which the contract names. With every argument as it is given NULL.
with tenant_type (oid) as (
  select distinct coalesce(nullif(t.typbasetype, 0), t.oid)
  from pg_catalog.unnest($2::text[]) as named (name)
  join pg_catalog.pg_attribute as a on a.attrelid = pg_catalog.to_regclass(named.name) and a.attname = $3 and not a.attisdropped
  join pg_catalog.pg_type as t on t.oid = a.atttypid
),

routine as (
  select named.name, p.oid, p.proargtypes::oid[] as types, p.provolatile
  from pg_catalog.unnest($1::text[]) as named (name)
  join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(named.name)
  where p.prokind = 'f' and p.prosecdef and p.provariadic = 0
    and p.prorettype not in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype, 'pg_catalog.void'::regtype)
),

argument as (
  select r.name, a.place, coalesce(nullif(t.typbasetype, 0), t.oid) as base, pg_catalog.format_type(t.oid, null) as type
  from routine as r
  cross join lateral pg_catalog.unnest(r.types) with ordinality as a (type, place)
  join pg_catalog.pg_type as t on t.oid = a.type
)

select
  r.name,
  r.provolatile = 'v' as is_volatile,
  chosen.place::int as place,
  (select pg_catalog.array_agg(b.type order by b.place) from argument as b where b.name = r.name) as types,
  exists (
    select from pg_catalog.jsonb_to_recordset($4::jsonb) as d (name text, place int)
    where d.name = r.name and d.place = chosen.place
  ) as is_declared
from routine as r
join argument as chosen on chosen.name = r.name
where chosen.base in (select oid from tenant_type)
  or exists (
    select from pg_catalog.jsonb_to_recordset($4::jsonb) as d (name text, place int)
    where d.name = r.name and d.place = chosen.place
  )
order by r.name, chosen.place
