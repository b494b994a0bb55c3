--! title: A SECURITY DEFINER function executes text it glued together.
--! severity: medium
--! why: A value that goes into a statement as text can be a statement of its own, which then runs with the owner's rights.
--! remedy: Pass values with EXECUTE … USING and names through format('%I') or quote_ident.
--! source: Executing Dynamic Commands, in PL/pgSQL
select distinct
  d.name as object,
  '' as identity,
  '' as access,
  pg_catalog.format('%s executes a statement joined with || and quotes none of its parts', d.name) as message,
  pg_catalog.format('-- In the body of %s: EXECUTE pg_catalog.format(''… %%I … $1'', name) USING value;', d.name) as remedy
from gateway as d
join pg_catalog.pg_language as l on l.oid = d.language and l.lanname = 'plpgsql'
cross join lateral pg_catalog.regexp_matches(d.code, '\mexecute\M([^;]*\|\|[^;]*);', 'gi') as found (statement)
where found.statement[1] !~* '\m(quote_(ident|literal|nullable)|format)\s*\('
order by 1, 2, 3
