--! title: A SECURITY DEFINER function that runtime identities can call runs as a superuser.
--! severity: high
--! why: A mistake in its body hands out the whole server and not only what the function needs; no policy and no grant holds a superuser.
--! remedy: Give the function to a NOLOGIN role that has just the privileges which its body needs.
--! source: SECURITY DEFINER in CREATE FUNCTION
select
  d.name as object,
  owner.rolname::text as identity,
  '' as access,
  pg_catalog.format('%s runs as the superuser %I, and %s', d.name, owner.rolname, coalesce(callers.names || ' may call it', 'a trigger fires it')) as message,
  pg_catalog.format('ALTER %s %s OWNER TO %s;', d.word, d.name, coalesce(definer.quoted, '<a definer role>')) as remedy
from gateway as d
join pg_catalog.pg_roles as owner on owner.oid = d.owner and owner.rolsuper
cross join contract
cross join lateral (
  select pg_catalog.string_agg(x.name, ', ' order by x.name collate "C") from executable as x where x.routine = d.oid
) as callers (names)
cross join (
  select pg_catalog.min(pg_catalog.quote_ident(i.name)) from identity as i where i.kind = 'definer'
) as definer (quoted)
-- The migrator of a platform is a superuser only on the server on which its migrations were tried.
where not (
  (said ->> 'platform')::boolean
  and said -> 'identities' @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('name', owner.rolname, 'kind', 'migrator'))
)
order by 1, 2, 3
