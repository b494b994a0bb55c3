--! title: A permissive policy does not look at the row.
--! severity: medium
--! why: It lets through all rows or none, by who asks or by a setting that every session can set for itself.
--! remedy: Compare a column of the row with the context of the session, or keep the policy to a role with TO.
--! source: CREATE POLICY
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s names no column: USING (%s) shows all rows or none', p.name, p.relation_name, p.using_text) as message,
  pg_catalog.format('DROP POLICY %s ON %s;', p.quoted, p.relation_name) as remedy
from policy as p
where p.permissive and p.using_tree !~ '\{VAR ' and p.using_tree ~ '\{(FUNCEXPR|SQLVALUEFUNCTION|SUBLINK) '
order by 1, 2, 3
