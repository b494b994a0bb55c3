--! title: A policy checks written rows, but not their tenant.
--! severity: high
--! why: A WITH CHECK of its own replaces USING for new rows; if it does not name the tenant column, a session can write rows for another tenant or move its own there.
--! remedy: Leave WITH CHECK out, so that USING is checked for new rows too, or name the tenant column in it.
--! source: CREATE POLICY, WITH CHECK
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s lets %s write any %I: WITH CHECK (%s)', p.name, p.relation_name, p.command, t.tenant_column, p.check_text) as message,
  pg_catalog.format(
    'ALTER POLICY %s ON %s WITH CHECK (%s);',
    p.quoted, p.relation_name,
    pg_catalog.concat_ws(' AND ', p.using_text, pg_catalog.format('%I = nullif(current_setting(%L, true), '''')::%s', t.tenant_column, t.setting, pg_catalog.format_type(a.atttypid, a.atttypmod)))
  ) as remedy
from policy as p
join relation as r on r.oid = p.relation and r.isolated
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = r.tenant_column
join pg_catalog.pg_policy as q on q.polrelid = p.relation and q.polname = p.name
cross join tenancy as t
where p.permissive and p.command in ('ALL', 'INSERT', 'UPDATE')
  and p.check_text !~ ('\m' || t.tenant_column || '\M')
  and q.polwithcheck::text ~ '\{(VAR|FUNCEXPR|SQLVALUEFUNCTION|SUBLINK) '
  -- A restrictive policy may check the tenant for all of them.
  and not exists (
    select from policy as held
    where held.relation = p.relation and not held.permissive and held.command in ('ALL', p.command)
      and coalesce(held.check_text, held.using_text) ~ ('\m' || t.tenant_column || '\M')
  )
order by 1, 2, 3
