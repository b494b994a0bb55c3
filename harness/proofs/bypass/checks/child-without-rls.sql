--! title: A partition or child of a table with row-level security has none and can be reached directly.
--! severity: high
--! why: Policies of the parent apply to statements that name the parent; a statement that names the child sees every row in it.
--! remedy: Revoke the child from runtime roles, or give it row-level security and policies of its own.
--! source: Row Security Policies; Table Partitioning, Inheritance
with recursive below (parent, child) as (
  select r.oid, i.inhrelid from relation as r join pg_catalog.pg_inherits as i on i.inhparent = r.oid where r.rls
  union
  select below.parent, i.inhrelid from below join pg_catalog.pg_inherits as i on i.inhparent = below.child
)
select
  c.name as object,
  reached.name as identity,
  '' as access,
  pg_catalog.format('%s reaches %s without row-level security, past the policies of %s', reached.name, c.name, pg_catalog.min(parent.name)) as message,
  pg_catalog.format('REVOKE ALL ON %s FROM %s;', c.name, reached.quoted) as remedy
from below
join relation as parent on parent.oid = below.parent
join relation as c on c.oid = below.child and not c.rls
cross join lateral (
  select g.name, g.quoted from granted as g where g.relation = c.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  union
  select h.name, h.quoted from reach as h where h.role = c.owner
) as reached
group by c.name, reached.name, reached.quoted
order by 1, 2, 3
