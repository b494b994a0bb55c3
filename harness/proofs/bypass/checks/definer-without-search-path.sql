--! title: A SECURITY DEFINER function sets no search_path.
--! severity: high
--! why: The caller's search_path decides what the names in its body mean, so a caller can put an object of their own in the way and have it used with the owner's rights.
--! remedy: Set search_path on the function, trusted schemas first and pg_temp last, and qualify every name in its body.
--! source: Writing SECURITY DEFINER Functions Safely, in CREATE FUNCTION
select
  d.name as object,
  '' as identity,
  '' as access,
  pg_catalog.format('%s runs as %I and sets no search_path: its caller chooses what the names in it mean', d.name, owner.rolname) as message,
  pg_catalog.format('ALTER %s %s SET search_path = pg_catalog, pg_temp;', d.word, d.name) as remedy
from gateway as d
join pg_catalog.pg_roles as owner on owner.oid = d.owner
join pg_catalog.pg_language as l on l.oid = d.language and l.lanname not in ('c', 'internal')
where d.search_path is null and d.source is not null
order by 1, 2, 3
