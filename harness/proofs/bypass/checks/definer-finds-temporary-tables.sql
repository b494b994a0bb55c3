--! title: A SECURITY DEFINER function looks for a table among the caller's temporary ones first.
--! severity: medium
--! why: Unless search_path names pg_temp last, temporary tables come before all others, and a caller can put one in place of a table that the body names without its schema.
--! remedy: End the function's search_path with pg_temp, or qualify every table name in its body.
--! source: Writing SECURITY DEFINER Functions Safely, in CREATE FUNCTION
select
  d.name as object,
  '' as identity,
  '' as access,
  pg_catalog.format('%s names %I without its schema, and its search_path (%s) does not end in pg_temp', d.name, named.relation, d.search_path) as message,
  pg_catalog.format(
    'ALTER %s %s SET search_path = %s;',
    d.word, d.name, pg_catalog.concat_ws(', ', nullif(nullif(kept.path, ''), '""'), 'pg_temp')
  ) as remedy
from gateway as d
cross join lateral (
  select pg_catalog.min(c.relname::text) as relation
  from pg_catalog.regexp_matches(
    d.source, '\m(?:from|join|into|update|only|table)\s+(?:only\s+)?"?([[:alpha:]_][[:alnum:]_$]*)"?(?!\s*[.(])(?![[:alnum:]_$"])', 'gi'
  ) as found (word)
  -- Variables and CTEs also follow these words, so the name must be that of an existing table.
  join pg_catalog.pg_class as c on c.relname in (found.word[1], pg_catalog.lower(found.word[1]))
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
) as named
cross join lateral (
  select pg_catalog.regexp_replace(d.search_path, '(^|,\s*)"?pg_temp"?(?=,|$)', '', 'g')
) as kept (path)
where d.search_path !~ '(^|,)\s*"?pg_temp"?\s*$' and named.relation is not null
order by 1, 2, 3
