-- How each function of $1, named by its signature, is called. One that is absent is not in the answer.
select
  named.name,
  case
    when p.prorettype in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype) then 'trigger'
    when p.prokind = 'p' then 'procedure'
    else 'function'
  end as kind
from pg_catalog.unnest($1::text[]) as named (name)
join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(named.name)
order by named.name
