--! title: A permissive policy lets every row be written.
--! severity: high
--! why: A WITH CHECK that is always true lets a session write rows of another tenant, or hand its own rows to one.
--! remedy: Leave WITH CHECK out, so that USING is checked for new rows too, or write the condition again.
--! source: CREATE POLICY, WITH CHECK
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s lets any row be written by %s: WITH CHECK (%s)', p.name, p.relation_name, p.command, p.check_text) as message,
  case when p.using_text is null then pg_catalog.format('DROP POLICY %s ON %s;', p.quoted, p.relation_name)
  else pg_catalog.format('ALTER POLICY %s ON %s WITH CHECK (%s);', p.quoted, p.relation_name, p.using_text) end as remedy
from policy as p
join pg_catalog.pg_policy as q on q.polrelid = p.relation and q.polname = p.name
where p.permissive and p.command in ('ALL', 'INSERT', 'UPDATE')
  and (
    q.polwithcheck::text !~ '\{(VAR|FUNCEXPR|SQLVALUEFUNCTION|SUBLINK) ' and p.check_text !~* '^(false|null(::boolean)?)$'
    or p.check_text ~* '\mOR true\M' or p.check_text ~* '(^|\()true OR '
    or p.check_text ~ '^\((\S+) = \1\)$'
  )
  and not exists (
    select from floor as f
    where f.relation = p.relation and f.command in ('ALL', p.command) and (0 = any (f.roles) or f.roles @> p.roles)
      and f.holds_written
  )
order by 1, 2, 3
