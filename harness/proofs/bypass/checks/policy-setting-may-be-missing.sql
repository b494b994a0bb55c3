--! title: A policy breaks in a session that never set its setting.
--! severity: low
--! why: current_setting without missing_ok raises an error where the setting was never set, and gives an empty string where it was reset: two behaviours for one missing tenant.
--! remedy: Read it as nullif(current_setting(…, true), '').
--! source: current_setting, in Configuration Settings Functions
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s raises an error where %s was never set', p.name, p.relation_name, pg_catalog.min(found.setting[1])) as message,
  pg_catalog.format(
    'ALTER POLICY %s ON %s%s%s;', p.quoted, p.relation_name,
    ' USING (' || pg_catalog.regexp_replace(p.using_text, 'current_setting\((''[^'']*\.[^'']*''::text)(?:, false)?\)', 'NULLIF(current_setting(\1, true), ''''::text)', 'g') || ')',
    ' WITH CHECK (' || pg_catalog.regexp_replace(p.check_text, 'current_setting\((''[^'']*\.[^'']*''::text)(?:, false)?\)', 'NULLIF(current_setting(\1, true), ''''::text)', 'g') || ')'
  ) as remedy
from policy as p
cross join lateral pg_catalog.regexp_matches(
  pg_catalog.concat_ws(' ', p.using_text, p.check_text), 'current_setting\(''([^'']*\.[^'']*)''::text(?:, false)?\)', 'g'
) as found (setting)
group by p.relation_name, p.name, p.quoted, p.using_text, p.check_text
order by 1, 2, 3
