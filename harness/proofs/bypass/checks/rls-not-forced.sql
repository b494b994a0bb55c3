--! title: Row-level security does not hold an owner that runtime code can act as.
--! severity: medium
--! why: Without FORCE a table's owner is above its policies, and a contracted role or a SECURITY DEFINER function acts as that owner.
--! remedy: Force row-level security on the table.
--! source: ALTER TABLE, FORCE ROW LEVEL SECURITY
select
  r.name as object,
  owner.rolname::text as identity,
  '' as access,
  pg_catalog.format('no policy of %s holds its owner %I, as whom %s', r.name, owner.rolname, coalesce(gateway.name || ' runs', 'a contracted role acts')) as message,
  pg_catalog.format('ALTER TABLE %s FORCE ROW LEVEL SECURITY;', r.name) as remedy
from relation as r
join pg_catalog.pg_roles as owner on owner.oid = r.owner and not owner.rolsuper and not owner.rolbypassrls
cross join lateral (select pg_catalog.min(d.name) from gateway as d where d.owner = r.owner) as gateway (name)
where r.rls and not r.forced
  and (gateway.name is not null or exists (select from holder as h where h.role = r.owner))
order by 1, 2, 3
