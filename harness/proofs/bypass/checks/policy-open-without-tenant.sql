--! title: A policy shows all rows to a session that has set no tenant.
--! severity: high
--! why: A session without context, or one whose context was reset, must see nothing; here it sees the rows of all tenants.
--! remedy: Compare with nullif(current_setting(…, true), ''), so that a missing tenant matches no row.
--! source: Row Security Policies; current_setting
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s is true when %s is not set: %s', p.name, p.relation_name, t.setting, expression.said) as message,
  pg_catalog.format(
    'ALTER POLICY %s ON %s USING (%I = nullif(current_setting(%L, true), '''')::%s);',
    p.quoted, p.relation_name, t.tenant_column, t.setting, pg_catalog.format_type(a.atttypid, a.atttypmod)
  ) as remedy
from policy as p
join relation as r on r.oid = p.relation and r.isolated
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = r.tenant_column
cross join tenancy as t
cross join lateral (values (coalesce(p.using_text, p.check_text))) as expression (said)
cross join lateral (
  values (
    'current_setting\(''' || pg_catalog.replace(t.setting, '.', '\.') || '''::text(, (true|false))?\)'
  )
) as context (pattern)
where p.permissive
  and (
    -- … OR context IS NULL, … OR context = ''
    expression.said ~* '\m(OR|CASE)\M'
      and expression.said ~* (context.pattern || '(,? ?''''::text|\)|::[a-z]+)*( IS NULL| = ''''::text)')
    -- coalesce(context, tenant_id) = tenant_id
    or expression.said ~* ('COALESCE\(.*' || context.pattern || '.*, \(?' || t.tenant_column || '\M')
  )
order by 1, 2, 3
