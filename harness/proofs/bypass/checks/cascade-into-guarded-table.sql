--! title: Deleting from a table that runtime identities may delete from removes rows which policies hide.
--! severity: medium
--! why: A cascade runs as the owner of the referring table, past the grants and policies of whoever deleted the row.
--! remedy: Make the foreign key restrict, or make the tenant column part of it.
--! source: Row Security Policies, referential integrity checks
select
  r.name as object,
  g.name as identity,
  k.conname::text as access,
  pg_catalog.format('%s may %s %s, which cascades into %s past its policies', g.name, pg_catalog.string_agg(g.privilege, ', ' order by g.privilege), parent.name, r.name) as message,
  pg_catalog.format('REVOKE %s ON %s FROM %s;', pg_catalog.string_agg(g.privilege, ', ' order by g.privilege), parent.name, g.quoted) as remedy
from pg_catalog.pg_constraint as k
join relation as r on r.oid = k.conrelid and r.guarded
join relation as parent on parent.oid = k.confrelid and not parent.guarded
join granted as g on g.relation = parent.oid
where k.contype = 'f' and k.conparentid = 0
  and (g.privilege = 'DELETE' and k.confdeltype in ('c', 'n', 'd') or g.privilege = 'UPDATE' and k.confupdtype in ('c', 'n', 'd'))
  and not coalesce(r.tenant_column = any (k.conkey) and parent.tenant_column = any (k.confkey), false)
group by r.name, g.name, g.quoted, k.conname, parent.name
order by 1, 2, 3
