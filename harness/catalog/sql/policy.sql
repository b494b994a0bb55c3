-- Row-level security policies, with their expressions as the server prints them.
select
  'policy' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  'policy ' || p.polname as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'policy', p.polname,
    'permissive', p.polpermissive,
    'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
    'roles', (
      select pg_catalog.jsonb_agg(case when role <> 0 then pg_catalog.pg_get_userbyid(role) end)
      from pg_catalog.unnest(p.polroles) as role
    ),
    'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
    'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
  )) as detail,
  null as acl
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
join covered_schema as n on n.oid = c.relnamespace;
