-- How each function of $1, named by its signature, is called with every argument NULL. One that is absent is not in the answer.
with routine as (
  select named.name, p.oid, p.prokind, p.prorettype, p.provariadic, p.proargtypes, p.proargmodes, p.proallargtypes
  from pg_catalog.unnest($1::text[]) as named (name)
  join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(named.name)
),

-- Arguments that a call gives: of a procedure also those for OUT.
argument (routine, place, call, is_direct) as (
  select
    r.oid,
    given.place,
    case when given.mode = 'v' and t.typname <> 'any' then 'variadic ' else '' end || 'null::'
    -- A NULL of a polymorphic type must be of some type.
    || case t.typname
      when 'any' then 'text'
      when 'anyelement' then 'integer'
      when 'anynonarray' then 'integer'
      when 'anyarray' then 'integer[]'
      when 'anyrange' then 'int4range'
      when 'anymultirange' then 'int4multirange'
      when 'anycompatible' then 'integer'
      when 'anycompatiblenonarray' then 'integer'
      when 'anycompatiblearray' then 'integer[]'
      when 'anycompatiblerange' then 'int4range'
      when 'anycompatiblemultirange' then 'int4multirange'
      -- The login's search_path may be another.
      else case
        when t.typnamespace = 'pg_catalog'::regnamespace then pg_catalog.format_type(t.oid, null)
        else pg_catalog.format('%I.%I', n.nspname, t.typname)
      end
    end,
    given.place <= coalesce(g.aggnumdirectargs, 0)
  from routine as r
  cross join lateral (
    select type, mode, pg_catalog.row_number() over (order by place) as place
    from rows from (
      pg_catalog.unnest(coalesce(r.proallargtypes, r.proargtypes::oid[])),
      pg_catalog.unnest(r.proargmodes)
    ) with ordinality as a (type, mode, place)
    where coalesce(mode, 'i') in ('i', 'b', 'v') or mode = 'o' and r.prokind = 'p'
  ) as given
  join pg_catalog.pg_type as t on t.oid = given.type
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  left join pg_catalog.pg_aggregate as g on g.aggfnoid = r.oid
)

select
  r.name,
  r.prokind::text as kind,
  coalesce(given.calls, '{}') as arguments,
  coalesce(given.ordered, '{}') as ordered,
  -- A row of no known columns is not a table.
  r.prorettype = 'pg_catalog.record'::regtype and not coalesce(r.proargmodes && array['o', 'b', 't']::"char"[], false) as is_record,
  -- Only the server calls it: a trigger, or one that takes or gives what SQL cannot say.
  r.prorettype in (
    select t.oid from pg_catalog.pg_type as t
    where t.typname in ('trigger', 'event_trigger', 'internal', 'language_handler', 'fdw_handler', 'index_am_handler', 'table_am_handler', 'tsm_handler')
  )
  or 'pg_catalog.internal'::regtype = any (r.proargtypes::oid[]) as is_internal
from routine as r
left join pg_catalog.pg_aggregate as g on g.aggfnoid = r.oid
left join lateral (
  select
    pg_catalog.array_agg(a.call order by a.place) filter (where g.aggkind is null or g.aggkind = 'n' or a.is_direct) as calls,
    pg_catalog.array_agg(a.call order by a.place) filter (where g.aggkind <> 'n' and not a.is_direct) as ordered
  from argument as a
  where a.routine = r.oid
) as given on true
order by r.name
