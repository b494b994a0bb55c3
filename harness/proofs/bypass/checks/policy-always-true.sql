--! title: A permissive policy lets every row through.
--! severity: high
--! why: Permissive policies are joined with OR: one that is always true undoes all others of its command.
--! remedy: Write the condition that the rows must meet, or drop the policy.
--! source: CREATE POLICY, PERMISSIVE
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s is always true for %s: USING (%s)', p.name, p.relation_name, p.command, p.using_text) as message,
  pg_catalog.format('DROP POLICY %s ON %s;', p.quoted, p.relation_name) as remedy
from policy as p
cross join contract
where p.permissive
  and (
    -- No column, no function, no user: the expression is constant.
    p.using_tree !~ '\{(VAR|FUNCEXPR|SQLVALUEFUNCTION|SUBLINK) ' and p.using_text !~* '^(false|null(::boolean)?)$'
    or p.using_text ~* '\mOR true\M' or p.using_text ~* '(^|\()true OR '
    or p.using_text ~ '^\((\S+) = \1\)$'
  )
  and not exists (
    select from floor as f
    where f.relation = p.relation and f.command in ('ALL', p.command) and (0 = any (f.roles) or f.roles @> p.roles)
      and f.holds_read and (p.command in ('SELECT', 'DELETE') or p.check_text is not null or f.holds_written)
  )
  -- Reads that the contract allows: of shared rows, or by roles that only sessions that see every row use.
  and not (
    p.command = 'SELECT'
    and (
      coalesce((said -> 'tables' -> p.relation_name ->> 'shared')::boolean, false)
      or not exists (
        select from pg_catalog.unnest(p.roles) as u (role)
        left join pg_catalog.pg_roles as r on r.oid = u.role
        where not coalesce(said -> 'see_all' ? r.rolname::text, false)
      )
    )
  )
order by 1, 2, 3
