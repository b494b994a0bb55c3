-- Row-level security policies, their expressions as the server prints them.
select
  'policy' as kind,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  '' as role,
  'policy ' || p.polname as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'permissive', p.polpermissive,
    'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
    'roles', (
      select pg_catalog.string_agg(listed.name, ', ' order by listed.name collate "C")
      from pg_catalog.unnest(p.polroles) as role
      cross join lateral (
        values (case role when 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(role)::text end)
      ) as listed (name)
    ),
    'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
    'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
  )) as detail
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname !~ '^(pg_temp_|rolecall_tap$)';
