--! title: A policy asks a SECURITY DEFINER function.
--! severity: low
--! why: The function sees all rows of what it reads, and everybody held by the policy may call it directly and learn what it answers.
--! remedy: Put the condition into the policy, or keep the function to an answer about the session itself and accept this.
--! source: CREATE POLICY, Notes
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s calls %s, which runs as its owner', p.name, p.relation_name, pg_catalog.string_agg(distinct f.oid::regprocedure::text, ', ')) as message,
  pg_catalog.string_agg(distinct pg_catalog.format('ALTER FUNCTION %s SECURITY INVOKER;', f.oid::regprocedure), ' ') as remedy
from policy as p
cross join lateral pg_catalog.regexp_matches(p.tree, ':(?:op)?funcid (\d+)', 'g') as called (oid)
join pg_catalog.pg_proc as f on f.oid = called.oid[1]::oid and f.prosecdef
group by p.relation_name, p.name
order by 1, 2, 3
