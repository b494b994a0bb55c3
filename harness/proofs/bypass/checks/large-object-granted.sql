--! title: A runtime identity may use large objects of another owner.
--! severity: medium
--! why: Large objects have no row-level security and no tenant; whoever is granted one reads all of it.
--! remedy: Revoke the grants, or keep such data in a table with a tenant column.
--! source: GRANT ON LARGE OBJECT; Large Objects, Implementation Features
select
  'large objects' as object,
  h.name as identity,
  a.privilege_type as access,
  pg_catalog.format('%s may %s %s', h.name, a.privilege_type, case pg_catalog.count(*) when 1 then 'a large object' else pg_catalog.count(*) || ' large objects' end) as message,
  pg_catalog.format(
    'REVOKE %s ON LARGE OBJECT %s FROM %s;',
    a.privilege_type, pg_catalog.array_to_string((pg_catalog.array_agg(o.oid order by o.oid))[1:100], ', '), h.quoted
  ) as remedy
from pg_catalog.pg_largeobject_metadata as o
cross join lateral pg_catalog.aclexplode(o.lomacl) as a
join reach as h on h.role = a.grantee
where a.grantee <> o.lomowner
group by h.name, h.quoted, a.privilege_type
order by 1, 2, 3
