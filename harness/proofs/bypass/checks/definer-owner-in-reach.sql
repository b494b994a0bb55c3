--! title: A runtime identity owns a SECURITY DEFINER function.
--! severity: medium
--! why: Its owner can replace the body, and everybody who calls it afterwards runs what the owner wrote.
--! remedy: Give the function to a NOLOGIN role that nobody is a member of.
--! source: CREATE FUNCTION, Privileges in Role Membership
select
  d.name as object,
  h.name as identity,
  '' as access,
  pg_catalog.format('%s runs as %s, which a runtime session can become: it can replace the body', d.name, h.name) as message,
  pg_catalog.format('ALTER %s %s OWNER TO %s;', d.word, d.name, coalesce(definer.quoted, '<a definer role>')) as remedy
from gateway as d
join reach as h on h.role = d.owner
cross join (
  select pg_catalog.min(pg_catalog.quote_ident(i.name)) from identity as i where i.kind = 'definer'
) as definer (quoted)
order by 1, 2, 3
