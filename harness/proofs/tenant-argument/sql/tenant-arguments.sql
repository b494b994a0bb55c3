-- Arguments by which SECURITY DEFINER functions of $1 may take a tenant: those of the type of a column in $2 ([{"table",
-- "column", "value"}], with the tenant's value that it holds), and those of $3 ([{"name": signature, "place": n}]), which the
-- contract names and which may be any value of $4. Each comes with the call that gives NULL to every argument.
with tenant_type (oid, value) as (
  select distinct coalesce(nullif(t.typbasetype, 0), t.oid), held.value
  from pg_catalog.jsonb_to_recordset($2::jsonb) as held ("table" text, "column" text, value text)
  join pg_catalog.pg_attribute as a
    on a.attrelid = pg_catalog.to_regclass(held."table") and a.attname = held."column" and not a.attisdropped
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
  said.is_declared,
  case
    when said.is_declared then $4::text[]
    else (select pg_catalog.array_agg(t.value order by t.value) from tenant_type as t where t.oid = chosen.base)
  end as values
from routine as r
join argument as chosen on chosen.name = r.name
cross join lateral (
  select exists (
    select from pg_catalog.jsonb_to_recordset($3::jsonb) as d (name text, place int)
    where d.name = r.name and d.place = chosen.place
  ) as is_declared
) as said
where said.is_declared or chosen.base in (select oid from tenant_type)
order by r.name, chosen.place
