--! title: A policy calls a volatile function.
--! severity: medium
--! why: It runs for every row, may answer differently for each, and may write; what the policy lets through can no longer be told from the data.
--! remedy: Mark the function STABLE if it only reads, or call one that is.
--! source: Function Volatility Categories; CREATE POLICY
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s calls %s, which is volatile', p.name, p.relation_name, pg_catalog.string_agg(distinct f.oid::regprocedure::text, ', ')) as message,
  pg_catalog.string_agg(
    distinct case when f.oid < 16384 then pg_catalog.format('-- Take %s out of the policy %I.', f.oid::regprocedure, p.name)
    else pg_catalog.format('ALTER FUNCTION %s STABLE;', f.oid::regprocedure) end, ' '
  ) as remedy
from policy as p
cross join lateral pg_catalog.regexp_matches(p.tree, ':(?:op)?funcid (\d+)', 'g') as called (oid)
join pg_catalog.pg_proc as f on f.oid = called.oid[1]::oid and f.provolatile = 'v'
group by p.relation_name, p.name
order by 1, 2, 3
