--! title: A SECURITY DEFINER function looks for names in a schema where its callers may create.
--! severity: high
--! why: Whoever may create in a schema of its search_path can put a function or a table there which the body then uses with the owner's rights.
--! remedy: Take CREATE on the schema away, or leave the schema out of the function's search_path.
--! source: Writing SECURITY DEFINER Functions Safely, in CREATE FUNCTION
select distinct
  d.name as object,
  h.name as identity,
  n.name as access,
  pg_catalog.format('%s looks for names in %s, where %s may create', d.name, n.name, h.name) as message,
  case n.owner when h.role then pg_catalog.format('ALTER SCHEMA %s OWNER TO %s;', n.name, m.quoted)
  else pg_catalog.format('REVOKE CREATE ON SCHEMA %s FROM %s;', n.name, h.quoted) end as remedy
from gateway as d
join user_schema as n on n.name = any (pg_catalog.regexp_split_to_array(d.search_path, ',\s*'))
cross join lateral pg_catalog.aclexplode(n.acl) as a
join reach as h on h.role = a.grantee
cross join migrator as m
where a.privilege_type = 'CREATE' and a.grantee <> d.owner
order by 1, 2, 3
